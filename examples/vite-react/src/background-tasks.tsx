// The package for React: a provider and two hooks.

import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import { BackgroundTasks } from 'yew-background-tasks'
import type { BackgroundTasksOptions, Task } from 'yew-background-tasks'

const Context = createContext<BackgroundTasks | null>(null)

/** Provides tasks to its children. `options` are read once. */
export function BackgroundTasksProvider(props: {
  options: BackgroundTasksOptions
  children: ReactNode
}) {
  const [options] = useState(props.options)
  const [tasks, setTasks] = useState<BackgroundTasks | null>(null)
  useEffect(() => {
    const tasks = new BackgroundTasks(options)
    setTasks(tasks)
    return () => tasks.destroy()
  }, [options])
  return tasks && <Context value={tasks}>{props.children}</Context>
}

/** Starts, retries, cancels and dismisses tasks. Never re-renders the component. */
export function useBackgroundTasks(): BackgroundTasks {
  const tasks = use(Context)
  if (!tasks) throw new Error('useBackgroundTasks needs a BackgroundTasksProvider above it')
  return tasks
}

/** All tasks, newest first. Renders its component again when one of them changes. */
export function useTasks(): readonly Task[] {
  const { subscribe, tasks } = useBackgroundTasks()
  return useSyncExternalStore(subscribe, tasks)
}

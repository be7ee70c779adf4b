// The package for React: a provider and two hooks.

import { createContext, use, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
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

/** All tasks, newest first, as they are now. */
export function useTasks(): readonly Task[] {
  const tasks = useBackgroundTasks()
  const store = useMemo(() => {
    // React compares what it gets, so the list is made anew only when a task has changed.
    let list: readonly Task[] | null = null
    return {
      subscribe: (onChange: () => void) => {
        const changed = () => {
          list = null
          onChange()
        }
        return tasks.subscribe(changed, changed)
      },
      list: () => (list ??= tasks.tasks()),
    }
  }, [tasks])
  return useSyncExternalStore(store.subscribe, store.list)
}

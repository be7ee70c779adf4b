// The hook and the toasts. One `BackgroundTasks` serves the whole app, so tasks continue when
// components unmount.

import init, { BackgroundTasks } from 'yew-background-tasks'

await init()
const tasks = new BackgroundTasks({ baseUrl: '/api', store: 'storage-dialog' })

/** Toasts for the app, with the calls of sonner. */
export const toast = tasks.toast

const handle = {
  startVideoProcessingTask: (attachmentId: number, title: string, queueId: string) =>
    tasks.startVideoProcessingTask(attachmentId, title, queueId),
  startEmbeddingTask: (attachmentId: number, title: string) =>
    tasks.startEmbeddingTask(attachmentId, title),
}

/** Each function returns the task's id immediately. The functions never change. */
export const useBackgroundTasks = () => handle

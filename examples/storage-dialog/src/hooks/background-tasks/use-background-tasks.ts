// The hook, and the toasts beside it: one `BackgroundTasks` for the whole app, so that tasks
// go on whichever component comes or goes.

import init, { BackgroundTasks } from 'yew-background-tasks'

await init()
const tasks = new BackgroundTasks({ baseUrl: '/api', store: 'storage-dialog' })

/** Toasts of the app's own; the calls are sonner's. */
export const toast = tasks.toast

const handle = {
  startVideoProcessingTask: (attachmentId: number, title: string, queueId: string) =>
    tasks.startVideoProcessingTask(attachmentId, title, queueId),
  startEmbeddingTask: (attachmentId: number, title: string) =>
    tasks.startEmbeddingTask(attachmentId, title),
}

/** Each call returns the task's id at once. The functions stay the same for ever. */
export const useBackgroundTasks = () => handle

// Tests of the package's types. Nothing here runs: `npm run check` compiles it.

import init, { BackgroundTasks } from 'yew-background-tasks'
import type * as Package from 'yew-background-tasks'
import { simulated } from 'yew-background-tasks/simulated'

type IsAny<T> = 0 extends 1 & T ? true : false

/** Whether a type is or contains `any`. */
type HasAny<T, Depth extends 0[] = []> = Depth['length'] extends 4
  ? false
  : IsAny<T> extends true
    ? true
    : T extends Node | File | AbortSignal | Event | Headers
      ? false
      : T extends Promise<infer Value>
        ? HasAny<Value, Depth>
      : T extends (...values: infer Values) => infer Result
        ? true extends HasAny<Values[number], [0, ...Depth]> | HasAny<Result, [0, ...Depth]>
          ? true
          : false
        : T extends object
          ? true extends { [Key in keyof T]-?: HasAny<T[Key], [0, ...Depth]> }[keyof T]
            ? true
            : false
          : false

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false

const no = <Found extends false>(found?: Found) => found
const yes = <Found extends true>(found?: Found) => found

// The test itself works.
yes<HasAny<{ one: { two: (three: any) => void } }>>()
yes<HasAny<() => Promise<any>>>()
no<HasAny<{ one: { two: (three: unknown) => string } }>>()

// No public type is or contains `any`: the class, its constructor, each method, each named type.
no<IsAny<typeof init>>()
no<IsAny<BackgroundTasks>>()
no<HasAny<BackgroundTasks>>()
no<HasAny<ConstructorParameters<typeof BackgroundTasks>[0]>>()
no<HasAny<BackgroundTasks['toast']>>()
no<HasAny<Parameters<BackgroundTasks['toast']['success']>>>()
no<HasAny<Parameters<BackgroundTasks['toast']['promise']>>>()
no<HasAny<Parameters<BackgroundTasks['toast']['custom']>>>()
no<HasAny<Parameters<BackgroundTasks['toast']['update']>>>()
no<HasAny<Parameters<BackgroundTasks['toast']['configure']>>>()
no<HasAny<ReturnType<BackgroundTasks['toast']['toasts']>>>()
no<HasAny<ReturnType<BackgroundTasks['toast']['closed']>>>()
no<HasAny<ReturnType<BackgroundTasks['tasks']>>>()
no<HasAny<Awaited<ReturnType<BackgroundTasks['finished']>>>>()
no<HasAny<Package.Task>>()
no<HasAny<Package.Json>>()
no<HasAny<Parameters<BackgroundTasks['subscribe']>>>()
no<HasAny<Parameters<BackgroundTasks['events']>>>()
no<HasAny<Parameters<BackgroundTasks['upload']>>>()
no<HasAny<ReturnType<BackgroundTasks['attachments']>>>()
yes<Equal<Awaited<ReturnType<BackgroundTasks['deleteAttachment']>>, void>>()
no<HasAny<Package.BackgroundTasksOptions>>()
no<HasAny<Package.ToasterOptions>>()
no<HasAny<Package.ToastOptions>>()
no<HasAny<Package.PromiseToastOptions<string>>>()
no<HasAny<Package.StatusClient>>()
no<HasAny<Package.JobOptions>>()
no<HasAny<Package.UploadOptions>>()
no<HasAny<Package.Texts>>()
no<HasAny<Package.BackgroundTasksElement['options']>>()
no<HasAny<Package.BackgroundTasksElement['api']>>()

// Results of methods.
yes<Equal<ReturnType<BackgroundTasks['tasks']>, readonly Package.Task[]>>()
yes<Equal<Awaited<ReturnType<BackgroundTasks['finished']>>, Package.Task>>()
yes<Equal<ReturnType<BackgroundTasks['subscribe']>, () => void>>()
yes<Equal<ReturnType<BackgroundTasks['upload']>, string>>()
yes<Equal<ReturnType<BackgroundTasks['forget']>, void>>()
yes<Equal<ReturnType<typeof BackgroundTasks.forgetStore>, void>>()
yes<Equal<Package.Task['attachmentId'], number | string | null>>()
yes<Equal<Package.Task['meta'], Package.Json>>()
yes<Equal<Package.Task['progress'], number | null>>()
yes<Equal<Package.Task['error'], string | null>>()
yes<Equal<Package.Task['retryIn'], number | null>>()
yes<Equal<Package.Task['startedAt'], number>>()

/** Valid calls. */
export async function right(tasks: BackgroundTasks, file: File, signal: AbortSignal) {
  new BackgroundTasks()
  new BackgroundTasks({})
  new BackgroundTasks({
    element: document.body,
    baseUrl: '/api',
    position: 'bottom-right',
    visibleToasts: 3,
    theme: 'system',
    lang: 'en',
    headers: { authorization: '…' },
    video: { intervalMs: 1000, maxChecks: 120 },
    kinds: { transcript: { endpoint: 'transcripts', maxChecks: 300, texts: { working: 'Transcribing {title}' } } },
    token: () => null,
    onError: (error, { source, task }) => console.error(error.status, source, task?.id, task?.meta),
    store: null,
    client: {
      status: async (job, { signal }) => {
        signal.throwIfAborted()
        return { status: job.kind === 'video' ? 'running' : 'queued', progress: '12' }
      },
      statuses: async (jobs) => Object.fromEntries(jobs.map(({ key }) => [key, { status: 'running' }])),
      events: ({ signal, onEvent }) => new Promise((resolve) => {
        onEvent()
        onEvent('video', { 'q-1': { status: 'done' } })
        signal.addEventListener('abort', () => resolve())
      }),
      list: async () => [{ id: 7, title: 'talk.mp4' }],
      delete: async (attachmentId) => console.log(attachmentId),
    },
  })
  new BackgroundTasks({ simulated: true })
  new BackgroundTasks({ simulated: { seed: 7, speed: 10, failureRate: 0.2 } })
  new BackgroundTasks({ client: simulated({ speed: 10 }) })
  const id: string = tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-81f3')
  tasks.startVideoProcessingTask('seven', 'talk.mp4', 'q-81f3', { signal })
  tasks.startVideoProcessingTask(9007199254740993n, 'talk.mp4', 8n, { meta: { course: 7, tags: ['a'], note: null } })
  tasks.startEmbeddingTask(7, 'talk.mp4')
  tasks.startTask('transcript', 7, 'talk.mp4', { key: 't-1', signal, meta: null })
  tasks.startTask('video', 8n, 'talk.mp4')
  tasks.upload(file)
  tasks.upload(file, { title: 'talk.mp4', signal, meta: ['lesson', 3] })
  for (const call of ['retry', 'cancel', 'dismiss', 'pause', 'resume', 'clear'] as const) tasks[call](id)
  const [first] = await tasks.attachments()
  if (first) await tasks.deleteAttachment(first.id)
  if (tasks.notifications() !== 'on' && (await tasks.setNotifications(true)) === 'blocked') tasks.toast.info('Blocked')
  tasks.retryFailed()
  tasks.clearFinished()
  const { state } = await tasks.finished(id, { signal })
  if (state === 'failed') tasks.retry(id)
  const off = tasks.subscribe((task) => task.title.trim())
  off()
  tasks.subscribe(() => {}, (task) => task.id)
  tasks.events(({ taskId, name, from, to, attempt, retryIn, reason, meta }) => console.log(taskId, name, from, to, attempt, retryIn, reason, meta))()
  const { subscribe, tasks: list } = tasks
  const store: readonly [(onChange: () => void) => () => void, () => readonly Package.Task[]] = [subscribe, list]
  if (store[1]()[0]?.meta === null) tasks.forget()
  BackgroundTasks.forgetStore('account-7')
  const saved: string = tasks.toast.success('Saved')
  tasks.toast.success('Saved', {
    id: saved,
    description: '…',
    duration: Infinity,
    action: { label: 'Undo', onClick: () => {} },
    onClose: (reason) => reason === 'swipe',
  })
  tasks.toast.loading('Saving', { progress: null })
  tasks.toast.custom(document.createElement('p'), { duration: 1000 })
  tasks.toast.custom((id: string) => document.createTextNode(id))
  tasks.toast.promise(Promise.resolve({ name: 'talk.mp4' }), {
    loading: 'Saving',
    success: (saved) => saved.name,
    error: (reason) => (reason instanceof Error ? reason.message : { title: 'Not saved' }),
  })
  tasks.toast.update(saved, { title: 'Saved again', progress: 12 })
  tasks.toast.dismiss()
  tasks.toast.dismiss(saved)
  const element: Package.BackgroundTasksElement = document.createElement('background-tasks')
  element.options = { headers: {} }
  element.api?.clearFinished()
  element.addEventListener('taskchange', ({ detail }) => detail.state)
  document.addEventListener('taskchange', ({ detail }) => detail.progress)
  element.addEventListener('taskclear', ({ detail }) => detail.id)
}

/** Invalid calls, each of which is an error. */
export function wrong(tasks: BackgroundTasks, file: File) {
  // @ts-expect-error no such option
  new BackgroundTasks({ baseURL: '/api' })
  // @ts-expect-error no such position
  new BackgroundTasks({ position: 'middle' })
  // @ts-expect-error a selector is not an element
  new BackgroundTasks({ element: '#here' })
  // @ts-expect-error a client has a status
  new BackgroundTasks({ client: {} })
  // @ts-expect-error a status has a word
  new BackgroundTasks({ client: { status: async () => ({ progress: 12 }) } })
  // @ts-expect-error milliseconds are a number
  new BackgroundTasks({ video: { intervalMs: '1s' } })
  // @ts-expect-error a rate is a number
  new BackgroundTasks({ simulated: { failureRate: '20%' } })
  // @ts-expect-error no such source
  new BackgroundTasks({ onError: (error, { source }) => void (source === 'network') })
  // @ts-expect-error a kind has an endpoint
  new BackgroundTasks({ kinds: { transcript: { maxChecks: 300 } } })
  // @ts-expect-error a title is missing
  tasks.startTask('transcript', 7)
  // @ts-expect-error a queue id is missing
  tasks.startVideoProcessingTask(7, 'talk.mp4')
  // @ts-expect-error an id is not an object
  tasks.startVideoProcessingTask({ id: 7 }, 'talk.mp4', 'q-1')
  // @ts-expect-error a title is a string
  tasks.startEmbeddingTask(7, 7)
  // @ts-expect-error metadata is JSON
  tasks.upload(file, { meta: { when: () => {} } })
  // @ts-expect-error metadata is JSON
  tasks.startEmbeddingTask(7, 'talk.mp4', { meta: 7n })
  // @ts-expect-error a store name is a string
  BackgroundTasks.forgetStore(7)
  // @ts-expect-error the list is read-only
  tasks.tasks().sort()
  // @ts-expect-error an id is missing
  void tasks.deleteAttachment()
  // @ts-expect-error a state is not a switch
  void tasks.setNotifications('on')
  // @ts-expect-error a name is not a file
  tasks.upload('talk.mp4')
  // @ts-expect-error a controller is not a signal
  tasks.upload(file, { signal: new AbortController() })
  // @ts-expect-error a task id is a string
  tasks.retry(7)
  // @ts-expect-error an event has no such name
  tasks.events(({ name }) => name === 'ended')
  // @ts-expect-error a listener is a function
  tasks.subscribe({})
  // @ts-expect-error a task has no such property
  tasks.subscribe((task) => task.percent)
  // @ts-expect-error a task is read-only
  tasks.subscribe((task) => (task.title = ''))
  // @ts-expect-error no such state
  tasks.tasks().some(({ state }) => state === 'done')
  // @ts-expect-error a toast has a title
  tasks.toast.success()
  // @ts-expect-error a duration is a number
  tasks.toast.success('Saved', { duration: '5s' })
  // @ts-expect-error a button has a label
  tasks.toast.error('Not saved', { action: { onClick: () => {} } })
  // @ts-expect-error a success has no progress
  tasks.toast.success('Saved', { progress: 12 })
  // @ts-expect-error no such reason
  tasks.toast.success('Saved', { onClose: (reason) => reason === 'bored' })
  // @ts-expect-error a string is not a node
  tasks.toast.custom('<b>bold</b>')
  // @ts-expect-error the property is read-only
  document.createElement('background-tasks').api = null
}

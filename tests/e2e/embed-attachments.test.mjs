// Files on the server: attachments() and deleteAttachment().

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SLOW, bare, close, withBarePage } from './bare.mjs'

withBarePage()

test('attachments() lists the files, and deleteAttachment() deletes one and cancels its tasks', async () => {
  const page = await bare({ store: null })
  await page.world.plan(SLOW)
  const seen = await page.evaluate(async () => {
    const { attachmentId } = await tasks.finished(tasks.upload(new File(['text'], 'notes.txt', { type: 'text/plain' })))
    const job = tasks.startEmbeddingTask(attachmentId, 'notes.txt')
    const listed = await tasks.attachments()
    const deleted = await tasks.deleteAttachment(attachmentId)
    const { state } = await tasks.finished(job)
    return { attachmentId, listed, deleted, state, left: await tasks.attachments(), toasts: tasks.toast.toasts().length }
  })
  assert.deepEqual(seen.listed, [{ id: seen.attachmentId, title: 'notes.txt', content_type: 'text/plain', size: 4 }])
  assert.deepEqual([seen.deleted, seen.state, seen.left], [undefined, 'cancelled', []])
  await close(page)
})

test('a failure rejects the promise with a reason and the status, and shows no toast', async () => {
  const page = await bare({ store: null })
  await page.world.faults({ on: 'list', fault: { status: 503, body: '{"error": "Closed for lunch"}' } })
  const seen = await page.evaluate(async () => {
    const reason = (promise) => promise.then(() => 'resolved', ({ name, message, status }) => [name, message, status])
    return { list: await reason(tasks.attachments()), gone: await reason(tasks.deleteAttachment(404)), toasts: tasks.toast.toasts() }
  })
  assert.deepEqual([seen.list[0], seen.list[2]], ['BackgroundTasksError', 503])
  assert.match(seen.list[1], /Closed for lunch/)
  assert.deepEqual([seen.gone[0], seen.gone[2]], ['BackgroundTasksError', 404])
  assert.ok(seen.gone[1].length > 10, 'with a reason')
  assert.deepEqual(seen.toasts, [])
  await close(page, [/status of (503|404)/])
})

test('destroy() aborts the requests and rejects their promises', async () => {
  const page = await bare()
  const seen = await page.evaluate(async () => {
    const aborted = []
    const wait = (name) => (...values) => new Promise(() => {
      values.at(-1).signal.addEventListener('abort', () => aborted.push(name))
    })
    globalThis.tasks = new BackgroundTasks({
      store: null,
      client: { status: async () => ({ status: 'done' }), list: wait('list'), delete: wait('delete') },
    })
    const reason = (promise) => promise.then(() => 'resolved', ({ name }) => name)
    const both = [tasks.attachments(), tasks.deleteAttachment('a-1')].map(reason)
    // The requests are sent in a later microtask.
    await new Promise((resolve) => setTimeout(resolve))
    tasks.destroy()
    return { aborted, reasons: await Promise.all(both) }
  })
  assert.deepEqual(seen, { aborted: ['list', 'delete'], reasons: ['AbortError', 'AbortError'] })
  await close(page)
})

test('a client can list and delete files', async () => {
  const page = await bare()
  const seen = await page.evaluate(async () => {
    const files = [{ id: 'a-1', title: 'One' }, { id: 2n ** 60n, title: 'Two', size: 7 }]
    const deleted = []
    globalThis.tasks = new BackgroundTasks({
      store: null,
      client: {
        status: async () => ({ status: 'done' }),
        list: async () => files,
        delete: async (id, { signal }) => { deleted.push(id, signal.aborted) },
      },
    })
    const listed = await tasks.attachments()
    await tasks.deleteAttachment(2n ** 60n)
    return { listed, deleted }
  })
  assert.deepEqual(seen.listed, [
    { id: 'a-1', title: 'One', content_type: '', size: 0 },
    { id: '1152921504606846976', title: 'Two', content_type: '', size: 7 },
  ])
  assert.deepEqual(seen.deleted, ['1152921504606846976', false])
  await close(page)
})

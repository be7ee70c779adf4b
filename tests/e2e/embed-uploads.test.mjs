// Uploads whose progress the browser or the host page does not report.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, close, withBarePage } from './bare.mjs'

withBarePage()

/** Without progress, an upload would be aborted after this time. */
const LIMITS = { startLimitMs: 300, bytesLimitMs: 300 }

test('an upload through a service worker is sent once, however long it takes', async () => {
  const page = await bare()
  await page.world.plan({ upload_bytes_per_second: 1_000_000 })
  await page.evaluate(async () => {
    const controlled = new Promise((resolve) => { navigator.serviceWorker.oncontrollerchange = resolve })
    await navigator.serviceWorker.register('/service-worker.js')
    await controlled
  })
  const seen = await page.evaluate(async (upload) => {
    globalThis.tasks = new BackgroundTasks({ baseUrl: base, upload })
    const progress = []
    tasks.subscribe((task) => { if (task.state === 'uploading') progress.push(task.progress) })
    const { state, error } = await tasks.finished(tasks.upload(new File([new Uint8Array(2_000_000)], 'film.bin')))
    return { state, error, progress: [...new Set(progress)] }
  }, LIMITS)
  assert.deepEqual(seen, { state: 'succeeded', error: null, progress: [null] })
  const uploads = (await page.world.requests()).filter(({ operation }) => operation === 'upload')
  assert.equal(uploads.length, 1)
  await close(page)
})

test('an upload of a client that never calls onProgress is not aborted', async () => {
  const page = await bare()
  const seen = await page.evaluate(async (upload) => {
    let uploads = 0
    globalThis.tasks = new BackgroundTasks({
      upload,
      client: {
        status: async () => ({ status: 'done' }),
        upload: async () => {
          uploads += 1
          await new Promise((resolve) => setTimeout(resolve, 1_000))
          return { id: 7, title: 'a' }
        },
      },
    })
    const { state } = await tasks.finished(tasks.upload(new File(['abc'], 'a.bin')))
    return { state, uploads }
  }, LIMITS)
  assert.deepEqual(seen, { state: 'succeeded', uploads: 1 })
  await close(page)
})

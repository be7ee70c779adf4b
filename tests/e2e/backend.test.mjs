// The demo against the reference backend over real HTTP, in real time.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { backend, browser, open, said, toast, upload, video, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (world, query = '') => open(browser, backend.address, `${world.query}&${query}`)
const ends = (page, kind, outcome) =>
  page.locator(`[data-toast-id^="${kind}_"][data-kind="${outcome}"]`).waitFor({ timeout: 60_000 })
const checks = async (world, operation) =>
  (await world.requests()).filter((request) => request.operation === operation)

test('a video is uploaded, processed and embedded, and the page shows each step', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 300, running_ms: 1_000 }, embedding: { queued_ms: 100, running_ms: 300 } })
  const page = await start(world)
  await upload(page, video, 'My talk')
  await ends(page, 'upload', 'success')
  await ends(page, 'video', 'success')
  await ends(page, 'embedding', 'success')
  const [stored] = await world.attachments()
  const bytes = await readFile(video)
  assert.equal(stored.sha256, createHash('sha256').update(bytes).digest('hex'), 'every byte arrived')
  assert.equal(stored.title, 'My talk')
  assert.deepEqual((await said(page, 'video')).at(-1),
    ['success', '🎉 Video processing completed: My talk', 'AI features are now available'])
  assert.deepEqual((await said(page, 'embedding')).at(-1),
    ['success', '🎉 AI embeddings ready: My talk', 'AI search is now available'])
  const row = page.locator('[data-attachment]')
  assert.equal(await row.getAttribute('data-attachment-id'), String(stored.id))
  assert.match(await row.textContent(), /Video processing · Done.*AI embeddings|AI embeddings.*Video processing · Done/)
  for (const request of await checks(world, 'video-status')) assert.equal(request.concurrency, 1)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('Retry starts a job that failed on the server again, in the same toast', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 200, outcome: 'failed', error: 'No audio track' } })
  const page = await start(world, 'interval=50')
  const id = await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await ends(page, 'video', 'error')
  assert.deepEqual((await said(page, 'video')).at(-1), ['error', '❌ Video processing failed: talk.mp4', 'No audio track'])
  await world.plan({ video: { queued_ms: 0, running_ms: 200 } })
  await toast(page, 'video').locator('[data-action]').click()
  assert.equal(await toast(page, 'video').getAttribute('data-kind'), 'loading', 'it continues at once')
  assert.equal(await toast(page, 'video').locator('[data-action]').count(), 0)
  await ends(page, 'video', 'success')
  assert.equal(await page.locator('[data-toast]').getAttribute('data-toast-id'), id)
  const log = await world.requests()
  const started = log.filter((request) => request.operation === 'video-start')
  assert.equal(started.length, 1)
  assert.ok(started[0].idempotency_key)
  const followed = log.filter((request) => request.operation === 'video-status').flatMap((request) => request.ids)
  assert.equal(new Set(followed).size, 2, 'the new id is followed')
  await page.context().close()
})

test('Cancel stops the checks and tells the server; Delete removes the attachment', async () => {
  const world = backend.world()
  await world.plan({ video: { running_ms: 60_000 } })
  const page = await start(world, 'interval=50')
  await upload(page, video)
  await page.locator('[data-toast-id^="video_"][data-kind="loading"]').waitFor({ state: 'attached' })
  await page.waitForFunction(() => backgroundTasks.tasks().some((task) => task.kind === 'video' && task.state === 'running'))
  await page.evaluate(() => backgroundTasks.cancel(backgroundTasks.tasks().find((task) => task.kind === 'video').id))
  await page.waitForFunction(() => backgroundTasks.tasks().every((task) => task.state !== 'running'))
  const row = page.locator('[data-attachment]')
  await row.locator('[data-delete]').click()
  await row.locator('[data-delete-confirm]').click()
  await row.waitFor({ state: 'detached' })
  assert.deepEqual(await world.attachments(), [])
  const log = await world.requests()
  const cancelled = log.findIndex((request) => request.operation === 'video-cancel')
  assert.ok(cancelled >= 0)
  assert.equal(log.slice(cancelled).filter((request) => request.operation === 'video-status').length, 0)
  await page.context().close()
})

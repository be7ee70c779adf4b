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

test('a real video goes up, is processed, is embedded, and the page tells it all', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 300, running_ms: 4_000 }, embedding: { queued_ms: 300, running_ms: 2_000 } })
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

test('an upload shows the progress of its bytes', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 3_000_000 })
  const page = await start(world)
  const buffer = Buffer.alloc(6_000_000, 7)
  await upload(page, { name: 'large.bin', mimeType: 'application/octet-stream', buffer })
  await ends(page, 'upload', 'success')
  const percents = (await said(page, 'upload')).flatMap(([, title]) => title.match(/\((\d+)%\)/)?.[1] ?? []).map(Number)
  assert.ok(percents.length >= 3, `seen: ${percents}`)
  assert.deepEqual(percents, [...percents].sort((one, other) => one - other))
  assert.ok(Math.max(...percents) < 100)
  await page.context().close()
})

test('a video is checked exactly 120 times and an embedding 60 times', async () => {
  for (const [kind, operation, budget] of [['video', 'video-status', 120], ['embedding', 'embedding-status', 60]]) {
    const world = backend.world()
    await world.plan({ video: { outcome: 'stuck' }, embedding: { outcome: 'stuck' } })
    const page = await start(world, 'interval=5')
    await page.evaluate((kind) => kind === 'video'
      ? backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
      : backgroundTasks.startEmbeddingTask(7, 'talk.mp4'), kind)
    await ends(page, kind, 'error')
    assert.equal((await checks(world, operation)).length, budget)
    const reason = await toast(page, kind).locator('[data-description]').textContent()
    assert.match(reason, new RegExp(`not finished after ${budget} checks`))
    await toast(page, kind).locator('[data-action]').click()
    await page.waitForFunction((kind) => backgroundTasks.tasks()[0].state === 'failed', kind, { timeout: 60_000 })
    assert.equal((await checks(world, operation)).length, 2 * budget, 'Retry follows the same job')
    await page.context().close()
  }
})

test('a job that the server failed is started again by Retry in the same toast', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 200, outcome: 'failed', error: 'No audio track' } })
  const page = await start(world, 'interval=50')
  const id = await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await ends(page, 'video', 'error')
  assert.deepEqual((await said(page, 'video')).at(-1), ['error', '❌ Video processing failed: talk.mp4', 'No audio track'])
  await world.plan({ video: { queued_ms: 0, running_ms: 200 } })
  await toast(page, 'video').locator('[data-action]').click()
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

test('faults of network and server pass by themselves', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 1_000 } })
  const page = await start(world, 'interval=50')
  await world.faults([
    { on: 'video-status', fault: 'drop' },
    { on: 'video-status', fault: { body: '<!doctype html><p>Log in</p>', content_type: 'text/html' } },
    { on: 'video-status', fault: { status: 503, retry_after: '1' } },
  ])
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await ends(page, 'video', 'success')
  const descriptions = (await said(page, 'video')).map(([, , description]) => description)
  assert.ok(descriptions.some((text) => /^Connection problem - trying again in \d+ s$/.test(text)))
  await page.context().close()
})

test('what does not pass fails at once, with a reason to act on', async () => {
  const world = backend.world()
  await world.faults([{ on: 'video-status', fault: { status: 401 } }])
  const page = await start(world)
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await ends(page, 'video', 'error')
  assert.match(await toast(page, 'video').locator('[data-description]').textContent(), /Sign in again/)
  assert.equal((await checks(world, 'video-status')).length, 1)
  await page.context().close()
})

test('odd ids arrive as they are', async () => {
  const world = backend.world()
  const page = await start(world, 'interval=50')
  const odd = 'q/1?a=b#c%20 d🎥'
  await page.evaluate((odd) => backgroundTasks.startVideoProcessingTask('a/b', 'talk.mp4', odd), odd)
  await page.waitForFunction(() => backgroundTasks.tasks()[0].state === 'running')
  const [first] = await checks(world, 'video-status')
  assert.deepEqual(first.ids, [odd])
  await page.context().close()
})

test('cancel stops the checks and tells the server; delete takes the attachment away', async () => {
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

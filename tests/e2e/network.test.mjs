// Faults of network and server, and the browser's events, as they reach a check.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, eventually, open, pass, passUntil, said, setVisibility, toast, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (world, query = '', options) => open(browser, backend.address, `${world.query}&${query}`, options)
const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const first = async (page) => (await tasks(page))[0]
const until = (page, test, argument) => page.waitForFunction(test, argument, { timeout: 30_000 })
const video = (page) => page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
const checks = async (world) => (await world.requests()).filter(({ operation }) => operation === 'video-status')
const soon = { video: { queued_ms: 0, running_ms: 1_000 } }

/** Starts the videos `q-0`, `q-1` and so on, and returns their tasks' ids. */
const videos = (page, count) => page.evaluate((count) =>
  Array.from({ length: count }, (_, index) => backgroundTasks.startVideoProcessingTask(index, `${index}.mp4`, `q-${index}`)), count)

/** A transient fault, and what the list says of it. Chromium itself repeats a request after a 408. */
const transient = [
  ['a dropped socket', 'drop', /cannot be reached/],
  ['404, as before a job is visible', { status: 404 }, /does not know this job/],
  ['425', { status: 425 }, /refused the request \(425\)/],
  ['429', { status: 429 }, /Too many requests/],
  ['500', { status: 500 }, /reported an error \(500\)/],
  ['503', { status: 503 }, /reported an error \(503\)/],
  ['a page instead of JSON', { body: '<!doctype html><p>Log in</p>', content_type: 'text/html' }, /a web page instead of data/],
  ['an unknown status value', { body: '{"status":"pondering"}', content_type: 'application/json' }, /unknown status: “pondering”/],
  ['half a body', { body: '{"status":"run', content_type: 'application/json' }, /invalid response/],
  ['a body of ten megabytes', { huge_body: 10_000_000 }, /invalid response/],
]

test('transient faults are waited out, and the list says what they are', async () => {
  const world = backend.world()
  await world.plan(soon)
  await world.faults(transient.map(([, fault], index) => ({ on: 'video-status', id: `q-${index}`, times: null, fault })))
  const page = await start(world, 'interval=50')
  await page.locator('[data-tasks-indicator]').click()
  const ids = await videos(page, transient.length)
  for (const [index, [name, , reason]] of transient.entries()) {
    const row = page.locator(`[data-task-id="${ids[index]}"][data-task-state=recovering]`)
    await row.waitFor().catch((error) => assert.fail(`${name}: ${error}`))
    assert.match(await row.textContent(), reason, name)
  }
  await world.forgetFaults()
  await until(page, () => backgroundTasks.tasks().every(({ state }) => state === 'succeeded'))
  assert.ok((await said(page, 'video')).every(([kind]) => kind !== 'error'))
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

/** A status that fails the task at once, and what the user can do about it. */
const permanent = [
  [400, /not accept the request/],
  [401, /Sign in again, then retry/],
  [403, /Ask for access, then retry/],
  [405, /does not support this/],
  [410, /no longer exists on the server. Retry starts the job again/],
  [422, /not accept the request/],
  [501, /does not support this/],
]

test('permanent failures fail a task at once and say what can be done', async () => {
  const world = backend.world()
  await world.faults(permanent.map(([status], index) => ({ on: 'video-status', id: `q-${index}`, times: null, fault: { status } })))
  const page = await start(world)
  const ids = await videos(page, permanent.length)
  await until(page, () => backgroundTasks.tasks().every(({ state }) => state === 'failed'))
  const failed = new Map((await tasks(page)).map(({ id, error }) => [id, error]))
  for (const [index, [status, reason]] of permanent.entries()) assert.match(failed.get(ids[index]), reason, `${status}`)
  assert.deepEqual((await checks(world)).flatMap((check) => check.ids).sort(), permanent.map((_, index) => `q-${index}`))
  await toast(page, 'video').locator('[data-action]').first().waitFor()
  await page.context().close()
})

test('a check without a response for 10 s is aborted and repeated', async () => {
  const world = backend.world()
  await world.plan(soon)
  await world.faults({ on: 'video-status', fault: 'stall' })
  const page = await start(world, '', { virtual: true })
  await video(page)
  const waited = await passUntil(page, async () => (await first(page)).state === 'recovering', 20_000, 250)
  assert.ok(waited >= 9_500 && waited <= 10_500, `${waited} ms`)
  await passUntil(page, async () => (await first(page)).state !== 'recovering')
  await eventually(async () => (await checks(world))[0].fate === 'aborted')
  await page.context().close()
})

test('offline is reported by the browser, and online checks at once', async () => {
  const world = backend.world()
  await world.plan({ video: { outcome: 'stuck' } })
  const page = await start(world, '', { virtual: true })
  await video(page)
  await passUntil(page, async () => (await first(page)).state === 'running')
  await page.context().setOffline(true)
  await passUntil(page, async () => (await first(page)).state === 'offline')
  assert.equal((await said(page, 'video')).at(-1)[2], 'You are offline - this continues when you are back')
  const before = (await checks(world)).length
  await page.context().setOffline(false)
  await passUntil(page, async () => (await first(page)).state === 'running', 1_000)
  assert.ok((await checks(world)).length > before)
  await page.context().close()
})

test('a hidden tab checks every 5 s, and at once when it is visible again', async () => {
  const world = backend.world()
  await world.plan({ video: { outcome: 'stuck' } })
  const page = await start(world, '', { virtual: true })
  await video(page)
  await passUntil(page, async () => (await first(page)).state === 'running')
  await setVisibility(page, 'hidden')
  await pass(page, 2_000)
  const before = (await checks(world)).length
  await pass(page, 15_000, 250)
  const hidden = (await checks(world)).length - before
  assert.ok(hidden >= 2 && hidden <= 3, `${hidden} checks in 15 s`)
  await setVisibility(page, 'visible')
  await passUntil(page, async () => (await checks(world)).length > before + hidden, 100)
  await page.context().close()
})

test('returning from the back/forward cache, or from sleep, checks at once', async () => {
  const world = backend.world()
  await world.plan({ video: { outcome: 'stuck' } })
  const page = await start(world, '', { virtual: true })
  await world.faults({ on: 'video-status', fault: { status: 503 }, times: 4 })
  await video(page)
  // Delays in a row get longer.
  const isWaiting = async () => /trying again in ([4-9]|\d\d) s/.test((await said(page, 'video')).at(-1)[2])
  await passUntil(page, isWaiting)
  const before = (await checks(world)).length
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  await passUntil(page, async () => (await checks(world)).length > before, 1_000, 20)
  await passUntil(page, async () => (await checks(world)).at(-1).fate === 'answered')
  await world.forgetFaults()
  // The device sleeps for an hour: every timer is late.
  await page.clock.fastForward(3_600_000)
  await passUntil(page, async () => (await first(page)).state === 'running', 5_000, 20)
  await page.context().close()
})

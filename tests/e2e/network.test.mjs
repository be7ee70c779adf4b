// What network and server do to a check, and what the page makes of it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, eventually, open, pass, passUntil, said, toast, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (world, query = '', options) => open(browser, backend.address, `${world.query}&${query}`, options)
const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const first = async (page) => (await tasks(page))[0]
const until = (page, test, argument) => page.waitForFunction(test, argument, { timeout: 30_000 })
const video = (page) => page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
const checks = async (world) => (await world.requests()).filter(({ operation }) => operation === 'video-status')
const soon = { video: { queued_ms: 0, running_ms: 1_000 } }

/** A fault that passes, and what the list says of it meanwhile. Chromium repeats a 408 by itself. */
const passing = [
  ['a dropped socket', 'drop', /cannot be reached/],
  ['404, as before a job is visible', { status: 404 }, /does not know this job/],
  ['425', { status: 425 }, /refused the request \(425\)/],
  ['429', { status: 429 }, /Too many requests/],
  ['500', { status: 500 }, /reported an error \(500\)/],
  ['503', { status: 503 }, /reported an error \(503\)/],
  ['a page in place of JSON', { body: '<!doctype html><p>Log in</p>', content_type: 'text/html' }, /invalid response/],
  ['an unknown word', { body: '{"status":"pondering"}', content_type: 'application/json' }, /unknown status: “pondering”/],
  ['half of a body', { body: '{"status":"run', content_type: 'application/json' }, /invalid response/],
  ['a body of ten megabytes', { huge_body: 10_000_000 }, /invalid response/],
]

test('what passes is waited out, and the list says what it is', async () => {
  for (const [name, fault, reason] of passing) {
    const world = backend.world()
    await world.plan(soon)
    await world.faults({ on: 'video-status', fault })
    const page = await start(world, 'interval=50')
    await page.locator('[data-tasks-indicator]').click()
    await video(page)
    await until(page, () => backgroundTasks.tasks()[0].state === 'recovering').catch((error) => assert.fail(`${name}: ${error}`))
    assert.match(await page.locator('[data-task]').textContent(), reason, name)
    await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded')
    assert.ok((await said(page, 'video')).every(([kind]) => kind !== 'error'), name)
    assert.deepEqual(page.problems, [], name)
    await page.context().close()
  }
})

/** A status that does not pass, and what a person can do about it. */
const lasting = [
  [400, /not accept the request/],
  [401, /Sign in again, then retry/],
  [403, /Ask for access, then retry/],
  [405, /does not support this/],
  [410, /no longer exists on the server. Retry starts the job again/],
  [422, /not accept the request/],
  [501, /does not support this/],
]

test('what does not pass fails at once and says what can be done', async () => {
  for (const [status, reason] of lasting) {
    const world = backend.world()
    await world.faults({ on: 'video-status', fault: { status } })
    const page = await start(world)
    await video(page)
    await until(page, () => backgroundTasks.tasks()[0].state === 'failed')
    assert.match((await first(page)).error, reason)
    assert.equal((await checks(world)).length, 1)
    await toast(page, 'video').locator('[data-action]').waitFor()
    await page.context().close()
  }
})

test('Retry-After is obeyed in seconds and as a date', async () => {
  for (const form of ['seconds', 'date']) {
    const world = backend.world()
    await world.plan(soon)
    const page = await start(world)
    const wait = form === 'seconds' ? '4' : new Date(Date.now() + 4_500).toUTCString()
    await world.faults({ on: 'video-status', fault: { status: 429, retry_after: wait } })
    await video(page)
    await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded')
    const [refused, next] = await checks(world)
    const waited = next.received_ms - refused.answered_ms
    assert.ok(waited >= 3_000 && waited < 8_000, `${form}: ${waited} ms`)
    await page.context().close()
  }
})

test('a check without an answer for 10 s is given up and made again', async () => {
  const world = backend.world()
  await world.plan(soon)
  await world.faults({ on: 'video-status', fault: 'stall' })
  const page = await start(world, '', { virtual: true })
  await video(page)
  const waited = await passUntil(page, async () => (await first(page)).state === 'recovering')
  assert.ok(waited >= 9_500 && waited <= 10_500, `${waited} ms`)
  await passUntil(page, async () => (await first(page)).state !== 'recovering')
  await eventually(async () => (await checks(world))[0].fate === 'aborted')
  await page.context().close()
})

test('an answer that comes late does not undo a newer one', async () => {
  const world = backend.world()
  await world.plan({ video: { script: [{ status: 'running', progress: 70 }] } })
  // Without abort() the answer still reaches the page after the check was given up.
  const init = () => { AbortController.prototype.abort = () => {} }
  const page = await start(world, 'interval=50', { virtual: true, init })
  let answer
  await page.route('**/status/**', (route) => { answer = () => route.fulfill({ json: { status: 'running', progress: 20 } }) }, { times: 1 })
  await video(page)
  await passUntil(page, async () => (await first(page)).state === 'recovering')
  await passUntil(page, async () => (await first(page)).progress === 70)
  const arrival = page.waitForResponse(async (response) => response.url().includes('/status/') && (await response.json()).progress === 20)
  await answer()
  await (await arrival).finished()
  await pass(page, 1_000)
  assert.equal((await first(page)).progress, 70, 'progress never goes back')
  for (const { concurrency } of await checks(world)) assert.equal(concurrency, 1)
  await page.context().close()
})

test('five failures in a row fail the task with the last reason, and Retry follows the same job', async () => {
  const world = backend.world()
  await world.plan(soon)
  await world.faults({ on: 'video-status', fault: { status: 503 }, times: 5 })
  const page = await start(world, '', { virtual: true })
  await video(page)
  await passUntil(page, async () => (await first(page)).state === 'failed', 120_000, 250)
  assert.match((await first(page)).error, /reported an error \(503\)/)
  assert.equal((await checks(world)).length, 5)
  await toast(page, 'video').locator('[data-action]').click()
  await passUntil(page, async () => (await first(page)).state === 'succeeded')
  assert.ok((await world.requests()).every(({ operation }) => operation !== 'video-start'))
  await page.context().close()
})

test('offline a probe goes out every 15 s, nothing is counted, and online checks at once', async () => {
  const world = backend.world()
  await world.plan({ video: { outcome: 'stuck' } })
  const page = await start(world, '', { virtual: true })
  let probes = 0
  page.on('request', (request) => { if (request.url().includes('/status/')) probes += 1 })
  await video(page)
  await passUntil(page, async () => (await first(page)).state === 'running')
  await page.context().setOffline(true)
  await passUntil(page, async () => (await first(page)).state === 'offline')
  assert.equal((await said(page, 'video')).at(-1)[2], 'You are offline - this continues when you are back')
  probes = 0
  await pass(page, 150_000, 500)
  assert.ok(probes >= 9 && probes <= 11, `${probes} probes in 150 s`)
  assert.equal((await first(page)).state, 'offline', 'ten failed probes fail nothing')
  const answered = (await checks(world)).length
  await page.context().setOffline(false)
  await passUntil(page, async () => (await first(page)).state === 'running', 1_000)
  assert.ok((await checks(world)).length > answered)
  await page.context().close()
})

/** Says that the tab is hidden or seen, as a browser would. */
const turn = (page, state) => page.evaluate((state) => {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}, state)

test('a hidden tab checks every 5 s, and one that is seen again at once', async () => {
  const world = backend.world()
  await world.plan({ video: { outcome: 'stuck' } })
  const page = await start(world, '', { virtual: true })
  await video(page)
  await passUntil(page, async () => (await first(page)).state === 'running')
  await turn(page, 'hidden')
  await pass(page, 2_000)
  const before = (await checks(world)).length
  await pass(page, 30_000, 100)
  const hidden = (await checks(world)).length - before
  assert.ok(hidden >= 5 && hidden <= 7, `${hidden} checks in 30 s`)
  await turn(page, 'visible')
  await passUntil(page, async () => (await checks(world)).length > before + hidden, 100)
  await page.context().close()
})

test('who comes back from the back/forward cache, or wakes from sleep, checks at once', async () => {
  const world = backend.world()
  await world.plan({ video: { outcome: 'stuck' } })
  const page = await start(world, '', { virtual: true })
  await world.faults({ on: 'video-status', fault: { status: 503 }, times: 4 })
  await video(page)
  // Waits in a row get longer.
  const waits = async () => /trying again in ([4-9]|\d\d) s/.test((await said(page, 'video')).at(-1)[2])
  await passUntil(page, waits)
  const before = (await checks(world)).length
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  await passUntil(page, async () => (await checks(world)).length > before, 1_000, 20)
  await passUntil(page, async () => (await checks(world)).at(-1).fate === 'answered')
  await world.forgetFaults()
  // A lid that is closed for an hour: every timer is late.
  await page.clock.fastForward(3_600_000)
  await passUntil(page, async () => (await first(page)).state === 'running', 5_000, 20)
  await page.context().close()
})

// Faults of network and server, and the browser's events, as they reach a check.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, eventually, open, pass, passUntil, said, setVisibility, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (world, query = '', options) => open(browser, backend.address, `${world.query}&${query}`, options)
const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const first = async (page) => (await tasks(page))[0]
const video = (page) => page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
const checks = async (world) => (await world.requests()).filter(({ operation }) => operation === 'video-status')
const soon = { video: { queued_ms: 0, running_ms: 1_000 } }

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

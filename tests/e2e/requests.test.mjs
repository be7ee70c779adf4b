// The number of requests for many tasks, and whether the page's own requests get through. Requests are
// counted per round of checks or in virtual time, since the number per second depends on the machine.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, eventually, open, pass, passUntil, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const stuck = { video: { queued_ms: 0, running_ms: 100_000, outcome: 'stuck' } }

/** Opens the demo and starts `count` video tasks. */
async function start(world, count, query, options) {
  const page = await open(browser, backend.address, `${world.query}&${query}`, options)
  await page.evaluate((count) => {
    for (let number = 0; number < count; number += 1) {
      backgroundTasks.startVideoProcessingTask(number, `${number}.mp4`, `q-${number}`)
    }
  }, count)
  return page
}

const areAll = (page, state) => page.evaluate((state) => backgroundTasks.tasks().every((task) => task.state === state), state)
const until = (page, state) => eventually(() => areAll(page, state))
const of = (requests, wanted) => requests.filter(({ operation }) => operation === wanted)

/** Whether the requests contain at least `rounds` checks for each of `count` jobs. */
function hasRounds(requests, count, rounds) {
  const times = new Map()
  for (const id of requests.flatMap(({ ids }) => ids)) times.set(id, (times.get(id) ?? 0) + 1)
  return times.size === count && [...times.values()].every((number) => number >= rounds)
}

/** Collects requests until they contain `rounds` checks for each of `count` jobs. */
async function requestsOf(world, count, rounds) {
  const before = (await world.requests()).length
  return eventually(async () => {
    const requests = (await world.requests()).slice(before)
    return hasRounds(of(requests, 'video-status'), count, rounds) && requests
  })
}

test('with batches, 50 tasks need one request per round', async () => {
  const world = backend.world()
  await world.plan(stuck)
  const page = await start(world, 50, 'batch=1')
  await until(page, 'running')
  const requests = await requestsOf(world, 50, 3)
  assert.ok(requests.length <= 6, `${requests.length} requests in 3 rounds`)
  for (const { ids, status } of requests) assert.ok(ids.length > 1 && status === 200)
  await world.plan({ video: { script: [{ status: 'done' }] } })
  await until(page, 'succeeded')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('without batches on the server, single requests are sent immediately', async () => {
  const world = backend.world()
  await world.plan({ ...stuck, batch: false })
  const page = await start(world, 50, 'batch=1')
  await page.evaluate(() => {
    globalThis.states = new Set()
    backgroundTasks.subscribe(({ state }) => states.add(state))
  })
  await until(page, 'running')
  const requests = await requestsOf(world, 50, 2)
  for (const { ids } of requests) assert.equal(ids.length, 1)
  assert.deepEqual((await page.evaluate(() => [...states])).filter((state) => state !== 'running'), [])
  const batches = (await world.requests()).filter(({ ids }) => ids.length > 1)
  assert.equal(batches.length, 1, 'a batch is tried once')
  assert.equal(batches[0].status, 404)
  await page.context().close()
})

test('pending checks of 300 tasks do not block requests of the page', async () => {
  const world = backend.world()
  await world.plan(stuck)
  await world.faults({ on: 'video-status', times: null, fault: 'stall' })
  // In virtual time, so that no check times out.
  const page = await start(world, 300, '', { virtual: true })
  const pending = async () => (await world.requests()).filter(({ fate }) => fate === 'pending')
  await eventually(async () => (await pending()).length === 4)
  await page.evaluate(async (base) => {
    for (let times = 0; times < 5; times += 1) await (await fetch(`${base}/attachments`)).json()
  }, world.base)
  assert.deepEqual((await pending()).map(({ operation }) => operation), Array(4).fill('video-status'))
  await page.context().close()
})

test('with an event stream 50 tasks need few requests; they are polled while it is down', async () => {
  const world = backend.world()
  await world.plan(stuck)
  const page = await start(world, 50, 'events=1', { virtual: true })
  const checks = async () => of(await world.requests(), 'video-status').length
  /** Advances time until no check is made for two seconds, since the stream reports the tasks. */
  const untilStreamed = async () => {
    let before
    await passUntil(page, async () => {
      const same = (await checks()) === before
      before = await checks()
      return same
    }, 60_000, 2_000)
  }
  await passUntil(page, () => areAll(page, 'running'))
  await untilStreamed()
  let before = await checks()
  await pass(page, 3_000)
  assert.ok((await checks()) - before <= 3, `${(await checks()) - before} checks in 3 s`)
  before = (await world.requests()).length
  await world.plan({ ...stuck, events_end_after_ms: 0 })
  await passUntil(page, async () => hasRounds(of((await world.requests()).slice(before), 'video-status'), 50, 2))
  await world.plan(stuck)
  await untilStreamed()
  before = await checks()
  await pass(page, 2_000)
  assert.ok((await checks()) - before <= 10, `${(await checks()) - before} checks in 2 s`)
  before = await checks()
  await world.plan({ video: { script: [{ status: 'done' }] } })
  // In short steps, so that the stream has real time to report before the next checks are due.
  await passUntil(page, () => areAll(page, 'succeeded'), 15_000, 10)
  assert.ok((await checks()) - before <= 10, 'the results were not pushed')
  assert.ok(of(await world.requests(), 'events').length >= 2)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('without an event stream on the server tasks are polled, and it is not requested again', async () => {
  const world = backend.world()
  await world.plan({ ...stuck, events: false })
  const page = await start(world, 10, 'events=1')
  await until(page, 'running')
  await requestsOf(world, 10, 3)
  assert.equal(of(await world.requests(), 'events').length, 1)
  await page.context().close()
})

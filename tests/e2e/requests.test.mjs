// How many requests many tasks cost, and what they leave to the page. Numbers of requests are counted
// in rounds of checks or in the page's own time: how many fit into a second depends on the machine.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, eventually, open, pass, passUntil, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const stuck = { video: { queued_ms: 0, running_ms: 100_000, outcome: 'stuck' } }

/** Opens the demo and starts so many videos in it. */
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

/** Whether each of so many jobs is asked after so often in these requests. */
function hasRounds(requests, count, rounds) {
  const times = new Map()
  for (const id of requests.flatMap(({ ids }) => ids)) times.set(id, (times.get(id) ?? 0) + 1)
  return times.size === count && [...times.values()].every((number) => number >= rounds)
}

/** What is asked for until each of so many jobs has been asked after so often. */
async function requestsOf(world, count, rounds) {
  const before = (await world.requests()).length
  return eventually(async () => {
    const requests = (await world.requests()).slice(before)
    return hasRounds(of(requests, 'video-status'), count, rounds) && requests
  })
}

test('with batches 50 tasks need one request a round, and hear of their end', async () => {
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

test('where the server has no batches each task is asked after at once, and no one notices', async () => {
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
  assert.equal(batches.length, 1, 'it is tried once')
  assert.equal(batches[0].status, 404)
  await page.context().close()
})

test('while checks of 300 tasks are not answered the page gets its own requests through', async () => {
  const world = backend.world()
  await world.plan(stuck)
  await world.faults({ on: 'video-status', times: null, fault: 'stall' })
  // In virtual time, so that no check is given up.
  const page = await start(world, 300, '', { virtual: true })
  const pending = async () => (await world.requests()).filter(({ fate }) => fate === 'pending')
  await eventually(async () => (await pending()).length === 4)
  await page.evaluate(async (base) => {
    for (let times = 0; times < 5; times += 1) await (await fetch(`${base}/attachments`)).json()
  }, world.base)
  assert.deepEqual((await pending()).map(({ operation }) => operation), Array(4).fill('video-status'))
  await page.context().close()
})

test('with a stream 50 tasks need next to no requests; when it dies they are polled, until it is back', async () => {
  const world = backend.world()
  await world.plan(stuck)
  const page = await start(world, 50, 'events=1', { virtual: true })
  const checks = async () => of(await world.requests(), 'video-status').length
  /** Lets the page's time go by until it makes no check for two seconds: it hears of its tasks on the stream. */
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
  // In short steps: the stream has real time to tell it before the next checks are due.
  await passUntil(page, () => areAll(page, 'succeeded'), 15_000, 10)
  assert.ok((await checks()) - before <= 10, 'their end was pushed')
  assert.ok(of(await world.requests(), 'events').length >= 2)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('where the server has no stream tasks are polled, and it is not asked for one again', async () => {
  const world = backend.world()
  await world.plan({ ...stuck, events: false })
  const page = await start(world, 10, 'events=1')
  await until(page, 'running')
  await requestsOf(world, 10, 3)
  assert.equal(of(await world.requests(), 'events').length, 1)
  await page.context().close()
})

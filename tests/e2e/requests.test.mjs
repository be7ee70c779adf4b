// How many requests many tasks cost, and which connections are left to the page. Requests are counted
// per round of checks or in the page's own time: how many fit into a second depends on the machine.

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

/** Whether these requests ask at least so often about each of so many jobs. */
function hasRounds(requests, count, rounds) {
  const times = new Map()
  for (const id of requests.flatMap(({ ids }) => ids)) times.set(id, (times.get(id) ?? 0) + 1)
  return times.size === count && [...times.values()].every((number) => number >= rounds)
}

/** The requests until each of so many jobs was checked so often. */
async function requestsOf(world, count, rounds) {
  const before = (await world.requests()).length
  return eventually(async () => {
    const requests = (await world.requests()).slice(before)
    return hasRounds(of(requests, 'video-status'), count, rounds) && requests
  })
}

test('with batches 50 tasks need one request per round, and all end', async () => {
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

test('the page can send its own requests while the server answers no check of 300 tasks', async () => {
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

test('with an event stream 50 tasks need hardly a check, and their ends are pushed', async () => {
  const world = backend.world()
  await world.plan(stuck)
  const page = await start(world, 50, 'events=1', { virtual: true })
  const checks = async () => of(await world.requests(), 'video-status').length
  await passUntil(page, () => areAll(page, 'running'))
  // The stream has reported on all tasks once no check was sent for two seconds.
  let before
  await passUntil(page, async () => {
    const same = (await checks()) === before
    before = await checks()
    return same
  }, 60_000, 2_000)
  await world.plan({ video: { script: [{ status: 'done' }] } })
  // In short steps: the stream has real time to report before the next checks are due.
  await passUntil(page, () => areAll(page, 'succeeded'), 15_000, 10)
  assert.ok((await checks()) - before <= 10, `${(await checks()) - before} checks`)
  assert.equal(of(await world.requests(), 'events').length, 1)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

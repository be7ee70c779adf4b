// How many requests many tasks cost, and what they leave to the page.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const stuck = { video: { queued_ms: 0, running_ms: 100_000, outcome: 'stuck' } }
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Opens the demo and starts so many videos in it. */
async function start(world, count, query) {
  const page = await open(browser, backend.address, `${world.query}&${query}`)
  await page.evaluate((count) => {
    for (let number = 0; number < count; number += 1) {
      backgroundTasks.startVideoProcessingTask(number, `${number}.mp4`, `q-${number}`)
    }
  }, count)
  return page
}

const states = (page) => page.evaluate(() => backgroundTasks.tasks().map(({ state }) => state))
const all = (state) => (states) => states.every((other) => other === state)

async function until(page, test) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (test(await states(page))) return
    await sleep(100)
  }
  assert.fail(`it did not happen: ${await states(page)}`)
}

/** What is asked for in so many milliseconds. */
async function requestsIn(world, milliseconds) {
  const before = (await world.requests()).length
  await sleep(milliseconds)
  return (await world.requests()).slice(before)
}

test('with batches 50 tasks need one request a second, and hear of their end', async () => {
  const world = backend.world()
  await world.plan(stuck)
  const page = await start(world, 50, 'batch=1')
  await until(page, all('running'))
  const requests = await requestsIn(world, 3_000)
  assert.ok(requests.length <= 6, `${requests.length} requests in 3 s`)
  for (const { ids, status } of requests) assert.ok(ids.length > 1 && status === 200)
  await world.plan({ video: { script: [{ status: 'done' }] } })
  await until(page, all('succeeded'))
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('where the server has no batches each task is asked after at once, and no one notices', async () => {
  const world = backend.world()
  await world.plan({ ...stuck, batch: false })
  const page = await start(world, 50, 'batch=1')
  const seen = page.evaluate(() => new Promise((resolve) => {
    const words = new Set()
    backgroundTasks.subscribe(({ state }) => words.add(state))
    setTimeout(() => resolve([...words]), 3_500)
  }))
  await until(page, all('running'))
  const requests = await requestsIn(world, 2_000)
  assert.ok(requests.length >= 70, `${requests.length} requests in 2 s`)
  assert.deepEqual((await seen).filter((word) => word !== 'running'), [])
  const batches = (await world.requests()).filter(({ ids }) => ids.length > 1)
  assert.equal(batches.length, 1, 'it is tried once')
  assert.equal(batches[0].status, 404)
  await page.context().close()
})

test('while 300 tasks are checked with slow answers the page gets its own at once', async () => {
  const world = backend.world()
  await world.plan(stuck)
  await world.faults({ on: 'video-status', times: null, fault: { delay_ms: 2_000 } })
  const page = await start(world, 300, '')
  await sleep(500)
  const waits = await page.evaluate(async (base) => {
    const waits = []
    for (let tries = 0; tries < 5; tries += 1) {
      const before = performance.now()
      await (await fetch(`${base}/attachments`)).json()
      waits.push(performance.now() - before)
    }
    return waits
  }, world.base)
  assert.ok(Math.max(...waits) < 1_000, `the page waited ${waits.map(Math.round)} ms`)
  const pending = (await world.requests()).filter(({ fate }) => fate === 'pending')
  assert.equal(pending.length, 4)
  await page.context().close()
})

test('with a stream 50 tasks need next to no requests; when it dies they are polled, until it is back', async () => {
  const world = backend.world()
  await world.plan(stuck)
  const page = await start(world, 50, 'events=1')
  await until(page, all('running'))
  await sleep(1_500)
  const requests = await requestsIn(world, 3_000)
  assert.ok(requests.length <= 3, `${requests.length} requests in 3 s`)
  await world.plan({ ...stuck, events_end_after_ms: 0 })
  await sleep(1_500)
  const polled = await requestsIn(world, 2_000)
  const checks = polled.filter(({ operation }) => operation === 'video-status')
  assert.ok(checks.length >= 60, `${checks.length} checks in 2 s`)
  await world.plan(stuck)
  await sleep(8_000)
  const streamed = await requestsIn(world, 2_000)
  assert.ok(streamed.length <= 10, `${streamed.length} requests in 2 s`)
  const before = (await world.requests()).filter(({ operation }) => operation === 'video-status').length
  await world.plan({ video: { script: [{ status: 'done' }] } })
  await until(page, all('succeeded'))
  const after = (await world.requests()).filter(({ operation }) => operation === 'video-status').length
  assert.ok(after - before <= 10, 'their end was pushed')
  const streams = (await world.requests()).filter(({ operation }) => operation === 'events')
  assert.ok(streams.length >= 2)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('where the server has no stream tasks are polled, and it is not asked for one again', async () => {
  const world = backend.world()
  await world.plan({ ...stuck, events: false })
  const page = await start(world, 10, 'events=1')
  await until(page, all('running'))
  const requests = await requestsIn(world, 3_000)
  assert.ok(requests.length >= 20, `${requests.length} requests in 3 s`)
  const streams = (await world.requests()).filter(({ operation }) => operation === 'events')
  assert.equal(streams.length, 1)
  await page.context().close()
})

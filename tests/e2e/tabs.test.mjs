// Several tabs of one browser: one of them checks the server, all show the same.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, eventually, open, toast, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const states = async (page) => (await tasks(page)).map(({ id, state }) => `${id} ${state}`).sort()
const until = (page, test, argument) => page.waitForFunction(test, argument, { timeout: 30_000 })
const start = (page, id = 'q-1') =>
  page.evaluate((id) => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', id), id)

/** A window counts as visible although another is in front: what a test needs is said by it. */
function visibility() {
  let state = 'visible'
  Object.defineProperty(document, 'visibilityState', { get: () => state })
  Object.defineProperty(document, 'hidden', { get: () => state === 'hidden' })
  globalThis.turn = (to) => {
    state = to
    document.dispatchEvent(new Event('visibilitychange'))
  }
}

const withoutLocks = () => Object.defineProperty(navigator, 'locks', { value: undefined })

/** So many pages of one browser context, and who of them asks the server for a status. */
async function tabs(world, count, { locks = true, query = 'interval=100' } = {}) {
  const context = await browser.newContext()
  await context.addInitScript(visibility)
  if (!locks) await context.addInitScript(withoutLocks)
  const pages = []
  const another = async () => {
    const page = await context.newPage()
    page.problems = []
    page.on('pageerror', (error) => page.problems.push(error.message))
    page.checks = 0
    page.on('request', (request) => { if (request.url().includes('/status/')) page.checks += 1 })
    await page.goto(`${backend.address}/?${world.query}&${query}`)
    await page.waitForFunction(() => globalThis.backgroundTasks)
    pages.push(page)
    return page
  }
  for (let number = 0; number < count; number += 1) await another()
  return { context, pages, another }
}

/** Which pages check the server from now on. */
async function checkers(pages, checks = 5) {
  const before = pages.map((page) => page.checks)
  const made = () => pages.map((page, index) => page.checks - before[index])
  await eventually(() => made().reduce((sum, it) => sum + it) >= checks)
  return made().flatMap((count, index) => (count > 0 ? [index] : []))
}

/** Waits until the other of two pages makes all checks. The leader may still make some before it hands over. */
const handedOver = (pages, leader) => eventually(async () => {
  const [checker, ...others] = await checkers(pages)
  return checker === 1 - leader && others.length === 0
})

for (const locks of [true, false]) {
  const by = locks ? 'by Web Locks' : 'without Web Locks'

  test(`two tabs show the same tasks, and one of them checks the server, ${by}`, async () => {
    const world = backend.world()
    await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
    const { context, pages } = await tabs(world, 2, { locks })
    const [first, second] = pages
    // Started in either tab.
    await start(first, 'q-1')
    await start(second, 'q-2')
    for (const page of pages) await until(page, () => backgroundTasks.tasks().filter(({ state }) => state === 'running').length === 2)
    assert.deepEqual(await states(first), await states(second))
    assert.equal((await checkers(pages, 20)).length, 1)
    for (const page of pages) assert.equal(await page.locator('[data-toast-id^="video_"]').count(), 2)
    for (const request of await world.requests()) assert.ok((request.concurrency ?? 1) <= 1)
    await until(second, () => backgroundTasks.tasks().every(({ progress }) => progress >= 1))
    assert.deepEqual([...first.problems, ...second.problems], [])
    await context.close()
  })

  test(`all tabs list the same last 50 that ended, and the one that is left too, ${by}`, async () => {
    const world = backend.world()
    await world.plan({ video: { queued_ms: 0, running_ms: 100 } })
    const { context, pages } = await tabs(world, 2, { locks })
    const [first, second] = pages
    for (let number = 1; number <= 60; number += 1) await start(pages[number % 2], `q-${number}`)
    const are50 = () => {
      const tasks = backgroundTasks.tasks()
      return tasks.length === 50 && tasks.every(({ state }) => state === 'succeeded')
    }
    for (const page of pages) await until(page, are50)
    const before = await states(first)
    assert.deepEqual(await states(second), before)
    await first.close()
    await second.reload()
    await until(second, () => globalThis.backgroundTasks)
    assert.deepEqual(await states(second), before)
    await context.close()
  })

  test(`when the tab that checks closes, another takes over within 10 s, ${by}`, async () => {
    const world = backend.world()
    await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
    const { context, pages } = await tabs(world, 2, { locks })
    await start(pages[1])
    for (const page of pages) await until(page, () => backgroundTasks.tasks()[0]?.state === 'running')
    const [leader] = await checkers(pages)
    const heir = pages[1 - leader]
    const before = (await tasks(heir))[0].progress
    await pages[leader].close()
    const closed = Date.now()
    assert.deepEqual(await checkers([heir], 1), [0])
    assert.ok(Date.now() - closed < 10_000, `${Date.now() - closed} ms`)
    assert.ok((await tasks(heir))[0].progress >= before, 'progress never goes back')
    await context.close()
  })

  test(`a hidden tab hands over to one that is seen, ${by}`, async () => {
    const world = backend.world()
    await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
    const { context, pages } = await tabs(world, 2, { locks })
    await start(pages[0])
    for (const page of pages) await until(page, () => backgroundTasks.tasks()[0]?.state === 'running')
    for (let time = 0; time < 3; time += 1) {
      const [leader] = await checkers(pages)
      await pages[leader].evaluate(() => turn('hidden'))
      await handedOver(pages, leader)
      await pages[leader].evaluate(() => turn('visible'))
      // It stays with the tab that has it, which is visible.
      assert.deepEqual(await checkers(pages), [1 - leader])
    }
    await context.close()
  })
}

test('an end is announced once, in a tab that is seen', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
  const { context, pages } = await tabs(world, 3)
  await pages[0].evaluate(() => turn('hidden'))
  await start(pages[0])
  for (const page of pages) {
    await page.evaluate(() => {
      globalThis.ends = 0
      new MutationObserver(() => { if (document.querySelector('[data-toast][data-kind=success]')) ends = 1 })
        .observe(document, { subtree: true, childList: true, attributes: true })
    })
  }
  for (const page of pages) await until(page, () => backgroundTasks.tasks()[0]?.state === 'running')
  await world.plan({ video: { queued_ms: 0, running_ms: 0 } })
  for (const page of pages) await until(page, () => backgroundTasks.tasks()[0]?.state === 'succeeded')
  await until(pages[1], () => !document.querySelector('[data-toast][data-kind=loading]'))
  const ends = await Promise.all(pages.map((page) => page.evaluate(() => ends)))
  assert.equal(ends.reduce((sum, it) => sum + it), 1, `${ends}`)
  assert.equal(ends[0], 0, 'the hidden tab says nothing')
  await context.close()
})

test('Retry, Cancel and Clear work from any tab', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 200, outcome: 'failed' } })
  const { context, pages } = await tabs(world, 2)
  const [first, second] = pages
  const id = await start(first)
  await until(second, () => backgroundTasks.tasks()[0]?.state === 'failed')
  await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
  for (const page of pages) {
    await page.evaluate((id) => backgroundTasks.retry(id), id)
    for (const each of pages) await until(each, () => backgroundTasks.tasks()[0]?.state === 'running')
    await page.evaluate((id) => backgroundTasks.cancel(id), id)
    for (const each of pages) await until(each, () => backgroundTasks.tasks()[0]?.state === 'cancelled')
  }
  const log = (await world.requests()).map(({ operation }) => operation)
  assert.equal(log.filter((operation) => operation === 'video-start').length, 2, 'each Retry starts it once')
  assert.equal(log.filter((operation) => operation === 'video-cancel').length, 2)
  await second.locator('[data-tasks-indicator]').click()
  await second.locator('[data-clear-finished]').click()
  for (const page of pages) await until(page, () => backgroundTasks.tasks().length === 0)
  await first.reload()
  await first.waitForFunction(() => globalThis.backgroundTasks)
  assert.deepEqual(await tasks(first), [])
  await context.close()
})

test('an upload is sent by the tab that has its file; when that is gone the others say so', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 500_000 })
  const { context, pages } = await tabs(world, 2)
  const [first, second] = pages
  const file = () => backgroundTasks.upload(new File([new Uint8Array(5_000_000)], 'notes.bin'), { title: 'Notes' })
  const id = await second.evaluate(file)
  await until(first, () => backgroundTasks.tasks()[0]?.progress >= 5)
  assert.equal((await tasks(first))[0].state, 'uploading')
  // From the other tab, too.
  await first.evaluate((id) => backgroundTasks.cancel(id), id)
  await until(second, () => backgroundTasks.tasks()[0]?.state === 'cancelled')
  await second.evaluate(file)
  await until(first, () => backgroundTasks.tasks()[0]?.state === 'uploading')
  await second.close()
  await until(first, () => backgroundTasks.tasks()[0]?.state === 'failed')
  assert.match((await tasks(first))[0].error, /choose the file again/)
  await context.close()
})

test('progress in every tab only rises, also over a change of the tab that checks', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 6_000 } })
  const { context, pages } = await tabs(world, 2)
  const record = () => {
    globalThis.seen = []
    backgroundTasks.subscribe(({ progress, state }) => { if (state !== 'queued') seen.push(progress ?? 0) })
  }
  for (const page of pages) await page.evaluate(record)
  await start(pages[0])
  await until(pages[1], () => backgroundTasks.tasks()[0]?.progress >= 20)
  await pages[0].evaluate(() => turn('hidden'))
  for (const page of pages) await until(page, () => backgroundTasks.tasks()[0]?.state === 'succeeded')
  for (const page of pages) {
    const seen = await page.evaluate(() => seen)
    assert.deepEqual(seen, [...seen].sort((one, other) => one - other))
  }
  await context.close()
})

test('a tab that comes later shows what is there, and its toasts', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
  const { context, pages, another } = await tabs(world, 1)
  await start(pages[0])
  await until(pages[0], () => backgroundTasks.tasks()[0].state === 'running')
  const late = await another()
  await until(late, () => backgroundTasks.tasks()[0]?.state === 'running')
  await toast(late, 'video').waitFor({ state: 'attached' })
  assert.deepEqual(await states(late), await states(pages[0]))
  await context.close()
})

test('a tab that comes while another sends a file shows the upload, and that goes on', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 1_000_000 })
  const { context, pages, another } = await tabs(world, 1)
  const id = await pages[0].evaluate(() =>
    backgroundTasks.upload(new File([new Uint8Array(6_000_000)], 'notes.bin'), { title: 'Notes' }))
  // Written down by then, so that the other tab finds it.
  await until(pages[0], () => backgroundTasks.tasks()[0].progress >= 20)
  const late = await another()
  await late.evaluate(() => {
    globalThis.words = new Set(backgroundTasks.tasks().map(({ state }) => state))
    backgroundTasks.subscribe(({ state }) => words.add(state))
  })
  await until(late, () => backgroundTasks.tasks()[0]?.progress >= 30)
  await pages[0].evaluate(() => turn('hidden'))
  const third = await another()
  for (const page of pages) await until(page, () => backgroundTasks.tasks()[0]?.state === 'succeeded')
  assert.ok(!(await late.evaluate(() => [...words])).includes('failed'), 'nobody says that it was cut off')
  assert.equal((await tasks(third))[0].id, id)
  assert.equal((await world.attachments()).length, 1)
  await context.close()
})

test('a video has one embedding task, however often the lead changes', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 60_000 }, embedding: { queued_ms: 60_000 } })
  const { context, pages } = await tabs(world, 2)
  await pages[0].evaluate(() =>
    backgroundTasks.upload(new File(['moov'], 'talk.mp4', { type: 'video/mp4' }), { title: 'talk.mp4' }))
  for (const page of pages) await until(page, () => backgroundTasks.tasks().some(({ kind }) => kind === 'embedding'))
  for (let time = 0; time < 4; time += 1) {
    const [leader] = await checkers(pages)
    await pages[leader].evaluate(() => turn('hidden'))
    await handedOver(pages, leader)
    await pages[leader].evaluate(() => turn('visible'))
  }
  for (const page of pages) {
    assert.deepEqual((await tasks(page)).map(({ kind }) => kind).sort(), ['embedding', 'upload', 'video'])
  }
  await context.close()
})

test('a page that may not have locks follows its tasks by itself', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 500 } })
  const context = await browser.newContext()
  await context.addInitScript(() => {
    LockManager.prototype.request = () => Promise.reject(new DOMException('no', 'SecurityError'))
  })
  const page = await context.newPage()
  await page.goto(`${backend.address}/?${world.query}&interval=100`)
  await page.waitForFunction(() => globalThis.backgroundTasks)
  await start(page)
  await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded')
  await context.close()
})

test('what is ordered before it is known who leads is done', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
  const { context, pages } = await tabs(world, 1, { locks: false })
  const page = pages[0]
  await page.reload()
  await page.waitForFunction(() => globalThis.backgroundTasks)
  // Without locks a page listens for half a second before it leads.
  const id = await page.evaluate(() => {
    const id = backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    backgroundTasks.cancel(id)
    return id
  })
  await until(page, (id) => backgroundTasks.tasks().find((task) => task.id === id).state === 'cancelled', id)
  await context.close()
})

test('what has followed a video in one tab does not follow it again in a tab that comes later', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 60_000 }, embedding: { running_ms: 60_000 } })
  const { context, pages, another } = await tabs(world, 1)
  const [leader] = pages
  await leader.evaluate(() => backgroundTasks.upload(new File(['talk'], 'talk.mp4', { type: 'video/mp4' })))
  await until(leader, () => Object.keys(localStorage).some((key) => key.includes('/video_1_')))
  // What is saved from now on is late, as it always is by up to half a second.
  await leader.evaluate(() => { Storage.prototype.setItem = () => {} })
  await until(leader, () => backgroundTasks.tasks().some(({ kind }) => kind === 'embedding'))
  const late = await another()
  await until(late, () => backgroundTasks.tasks().some(({ kind, state }) => kind === 'embedding' && state === 'running'))
  for (const page of pages) {
    const embeddings = (await tasks(page)).filter(({ kind }) => kind === 'embedding')
    assert.equal(embeddings.length, 1, JSON.stringify(embeddings))
  }
  assert.deepEqual(await checkers(pages), [0])
  assert.equal(late.checks, 0)
  await context.close()
})

test('a tab that is reloaded while another checks shows no less than before', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 6_000 } })
  const { context, pages } = await tabs(world, 2)
  const [leader, other] = pages
  await start(leader)
  await until(leader, () => Object.values(localStorage).some((value) => value.includes('q-1')))
  // What is saved from now on is late, as it always is by up to half a second.
  await leader.evaluate(() => { Storage.prototype.setItem = () => {} })
  await until(other, () => backgroundTasks.tasks()[0]?.progress >= 20)
  // Nor does it hear anything before it shows what it has.
  await leader.evaluate(() => { BroadcastChannel.prototype.postMessage = () => {} })
  const before = (await tasks(other))[0].progress
  await other.addInitScript(() => {
    let api
    Object.defineProperty(globalThis, 'backgroundTasks', {
      configurable: true,
      get: () => api,
      set(value) {
        api = value
        globalThis.atFirst = value.tasks().map(({ progress }) => progress)
      },
    })
  })
  await other.reload()
  await other.waitForFunction(() => globalThis.atFirst)
  const [after] = await other.evaluate(() => atFirst)
  assert.ok(after >= before, `${after} after ${before}`)
  await context.close()
})

// Several tabs of one browser: all show the same tasks, and one of them checks the server.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, eventually, open, setVisibility, toast, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const states = async (page) => (await tasks(page)).map(({ id, state }) => `${id} ${state}`).sort()
const until = (page, test, argument) => page.waitForFunction(test, argument, { timeout: 30_000 })
const start = (page, id = 'q-1') =>
  page.evaluate((id) => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', id), id)

const withoutLocks = () => Object.defineProperty(navigator, 'locks', { value: undefined })

/** So many pages of one browser context, which count their requests for a status. */
async function tabs(world, count, { locks = true, query = 'interval=100' } = {}) {
  const context = await browser.newContext()
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

/** The indices of the pages that check the server from now on. */
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

  test(`two tabs show the same tasks, and one of them polls, ${by}`, async () => {
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

  test(`another tab takes over within 10 s when the one that checks is closed, ${by}`, async () => {
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
}

test('a hidden tab hands over to a visible one', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
  const { context, pages } = await tabs(world, 2)
  await start(pages[0])
  for (const page of pages) await until(page, () => backgroundTasks.tasks()[0]?.state === 'running')
  const [leader] = await checkers(pages)
  await setVisibility(pages[leader], 'hidden')
  await handedOver(pages, leader)
  await setVisibility(pages[leader], 'visible')
  // It stays with the tab that has it, which is visible.
  assert.deepEqual(await checkers(pages), [1 - leader])
  await context.close()
})

test('an end is announced once, in a visible tab', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
  const { context, pages } = await tabs(world, 3)
  await setVisibility(pages[0], 'hidden')
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
  assert.equal(ends[0], 0, 'the hidden tab announces nothing')
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

test('an upload is sent by the tab that has its file; when that is closed, the others say that it was interrupted', async () => {
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

test('a tab that is opened during an upload of another tab shows it, and the upload continues', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 1_000_000 })
  const { context, pages, another } = await tabs(world, 1)
  const id = await pages[0].evaluate(() =>
    backgroundTasks.upload(new File([new Uint8Array(6_000_000)], 'notes.bin'), { title: 'Notes' }))
  // It is stored by then, so that the other tab finds it.
  await until(pages[0], () => backgroundTasks.tasks()[0].progress >= 20)
  const late = await another()
  await late.evaluate(() => {
    globalThis.words = new Set(backgroundTasks.tasks().map(({ state }) => state))
    backgroundTasks.subscribe(({ state }) => words.add(state))
  })
  await until(late, () => backgroundTasks.tasks()[0]?.progress >= 30)
  await setVisibility(pages[0], 'hidden')
  const third = await another()
  for (const page of pages) await until(page, () => backgroundTasks.tasks()[0]?.state === 'succeeded')
  assert.ok(!(await late.evaluate(() => [...words])).includes('failed'), 'no tab says that it was interrupted')
  assert.equal((await tasks(third))[0].id, id)
  assert.equal((await world.attachments()).length, 1)
  await context.close()
})

test('a page that may not use locks polls its own tasks', async () => {
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

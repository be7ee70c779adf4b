// What survives in each engine: reloads, the back/forward cache, other tabs, storage that fails, lost connections.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../support.mjs'
import { engine, openDemo, ready, reload, said, tasks, withEngine, world } from './engine.mjs'

withEngine()

const LONG = { queued_ms: 0, running_ms: 60_000 }
const AT_ONCE = { queued_ms: 0, running_ms: 0 }
const startVideo = (page, id = 'q-1') => page.evaluate((id) => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', id), id)
const isState = (page, state) => page.until((state) => backgroundTasks.tasks()[0]?.state === state, state)
const states = async (page) => (await tasks(page)).map(({ id, state }) => `${id} ${state}`).sort()
const send = (page, bytes) => page.evaluate((bytes) =>
  backgroundTasks.upload(new File([new Uint8Array(bytes)], 'notes.bin'), { title: 'Notes' }), bytes)
const statusRequests = async (w) => (await w.requests()).filter(({ operation }) => operation === 'video-status')

test('tasks continue after a reload, under their ids, with their toasts, and progress never decreases', async () => {
  const w = world()
  await w.plan({ video: { queued_ms: 0, running_ms: 4_000 }, embedding: LONG })
  const page = await openDemo(`${w.query}&interval=100`)
  await page.evaluate(() => {
    backgroundTasks.startVideoProcessingTask(7, '<b>talk</b>.mp4', 'q-1')
    backgroundTasks.startEmbeddingTask(8, 'talk.mp4')
  })
  await page.until(() => backgroundTasks.tasks().find(({ kind }) => kind === 'video').progress >= 30)
  const before = await tasks(page)
  await reload(page)
  const after = await tasks(page)
  // Within one millisecond, they have no order that a reload keeps.
  const byKind = (list) => Object.fromEntries(list.map((task) => [task.kind, task]))
  for (const kind of ['video', 'embedding']) {
    const [one, other] = [byKind(before)[kind], byKind(after)[kind]]
    assert.equal(other.id, one.id)
    assert.ok(other.progress >= one.progress, 'progress never decreases')
  }
  assert.equal(byKind(after).video.title, '<b>talk</b>.mp4')
  await page.waitFor('[data-toast-id^="video_"]')
  await page.waitFor('[data-toast-id^="embedding_"]')
  await w.plan({ video: AT_ONCE, embedding: LONG })
  await page.waitFor('[data-toast-id^="video_"][data-kind=success]')
  await reload(page)
  assert.deepEqual((await tasks(page)).map(({ state }) => state).sort(), ['running', 'succeeded'])
  assert.equal(await page.count('[data-toast-id^="video_"]'), 0, 'an end is not announced again')
  await page.collect()
  assert.deepEqual(page.problems, [])
})

test('toasts are in the first frame after a reload, and tasks can be started in it', async () => {
  const w = world()
  await w.plan({ video: LONG })
  const page = await openDemo(w.query)
  assert.deepEqual(await page.evaluate(() => firstFrame), [0, true])
  await startVideo(page)
  await reload(page)
  assert.deepEqual(await page.evaluate(() => firstFrame), [1, true])
})

test('a task that was started just before the page ended is there after a reload', async () => {
  const page = await openDemo()
  await page.evaluate(() => {
    backgroundTasks.startEmbeddingTask(7, 'talk.mp4')
    location.reload()
  })
  // While the page is replaced, it cannot be asked.
  await eventually(() => page.evaluate(() => globalThis.firstFrame?.[0] === 1).catch(() => false))
  assert.deepEqual((await tasks(page)).map(({ title }) => title), ['talk.mp4'])
})

test('an upload that a reload interrupts says so, and the page asks before it is left', async () => {
  const w = world()
  await w.plan({ upload_bytes_per_second: 200_000 })
  const page = await openDemo(w.query)
  const asks = () => page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })))
  assert.equal(await asks(), false)
  const id = await send(page, 2_000_000)
  await page.until(() => backgroundTasks.tasks()[0].progress >= 10)
  assert.equal(await asks(), true)
  await reload(page)
  const card = `[data-toast-id="${id}"][data-kind=error]`
  await page.waitFor(card)
  assert.equal(await page.text(`${card} [data-title]`), '❌ Upload failed: Notes')
  assert.match(await page.text(`${card} [data-description]`), /choose the file again/)
  assert.equal(await page.text(`${card} [data-action]`), 'Retry')
  assert.equal(await asks(), false)
})

for (const [feature, name, expected] of [
  ['storage-forbidden', 'is forbidden', /cannot be saved/],
  ['storage-full', 'is full', /cannot be saved/],
  ['storage-nonsense', 'contains nonsense', /cannot be read/],
  ['storage-other-version', 'contains the nonsense of an earlier version', /cannot be read/],
]) {
  test(`the page works and warns once on the console if storage ${name}`, async () => {
    const page = await openDemo(`speed=20&break=${feature}`)
    await page.evaluate(() => backgroundTasks.startEmbeddingTask(7, 'talk.mp4'))
    await isState(page, 'succeeded')
    await page.waitFor('[data-toast-id^="embedding_"][data-kind=success]')
    await page.collect()
    assert.equal(page.warnings.length, 1, page.warnings.join('\n'))
    assert.match(page.warnings[0], expected)
    assert.deepEqual(page.problems, [])
  })
}

for (const [by, without] of [['with Web Locks', ''], ['without Web Locks', '&break=no-locks']]) {
  test(`going back to a page checks at once, and tasks go on, ${by}`, async () => {
    const w = world()
    await w.plan({ video: { queued_ms: 0, outcome: 'stuck' } })
    // The interval is longer than the test.
    const page = await openDemo(`${w.query}&interval=120000${without}`)
    await startVideo(page)
    await isState(page, 'running')
    await page.evaluate(() => {
      globalThis.wasHere = true
      addEventListener('pageshow', ({ persisted }) => { globalThis.persisted = persisted })
    })
    const before = (await statusRequests(w)).length
    await page.goto(new URL('/harness.js', page.url).href)
    await page.back(page.url)
    // Firefox decides before `pagehide`, where the page releases its locks.
    const kept = engine !== 'firefox' || without ? [true, true] : [null, null]
    assert.deepEqual(await page.evaluate(() => [globalThis.wasHere ?? null, globalThis.persisted ?? null]), kept)
    await eventually(async () => (await statusRequests(w)).length > before)
    await ready(page)
    await startVideo(page, 'q-2')
    await page.until(() => backgroundTasks.tasks().length === 2 && backgroundTasks.tasks().every(({ state }) => state === 'running'))
    await page.collect()
    assert.deepEqual(page.problems, [])
  })
}

/** Opens tabs of one browser. */
async function openTabs(count, query) {
  const pages = []
  for (let number = 0; number < count; number += 1) pages.push(await openDemo(query))
  return pages
}

const made = (pages) => Promise.all(pages.map((page) => page.evaluate(() => checks())))

/** The indices of the tabs that check the server from now on. */
async function checkers(pages, count = 5) {
  const before = await made(pages)
  let since
  await eventually(async () => {
    since = (await made(pages)).map((number, index) => number - before[index])
    return since.reduce((sum, it) => sum + it) >= count
  })
  return since.flatMap((number, index) => (number > 0 ? [index] : []))
}

for (const [by, without] of [['by Web Locks', ''], ['without Web Locks', '&break=no-locks']]) {
  test(`two tabs show the same tasks, and one of them polls, ${by}`, async () => {
    const w = world()
    await w.plan({ video: LONG })
    const pages = await openTabs(2, `${w.query}&interval=100${without}`)
    const [first, second] = pages
    // Started in either tab.
    await startVideo(first, 'q-1')
    await startVideo(second, 'q-2')
    for (const page of pages) await page.until(() => backgroundTasks.tasks().filter(({ state }) => state === 'running').length === 2)
    assert.deepEqual(await states(first), await states(second))
    assert.equal((await checkers(pages, 20)).length, 1)
    for (const page of pages) assert.equal(await page.count('[data-toast-id^="video_"]'), 2)
    for (const request of await w.requests()) assert.ok((request.concurrency ?? 1) <= 1)
    await second.until(() => backgroundTasks.tasks().every(({ progress }) => progress >= 1))
    for (const page of pages) {
      await page.collect()
      assert.deepEqual(page.problems, [])
    }
  })

  test(`another tab takes over within 10 s when the one that checks is closed, ${by}`, async () => {
    const w = world()
    await w.plan({ video: LONG })
    const pages = await openTabs(2, `${w.query}&interval=100${without}`)
    await startVideo(pages[1])
    for (const page of pages) await isState(page, 'running')
    const [leader] = await checkers(pages)
    const heir = pages[1 - leader]
    const before = (await tasks(heir))[0].progress
    await pages[leader].close()
    const closed = Date.now()
    await checkers([heir], 1)
    assert.ok(Date.now() - closed < 10_000, `${Date.now() - closed} ms`)
    assert.ok((await tasks(heir))[0].progress >= before, 'progress never goes back')
  })
}

test('a hidden tab hands over to a visible one', async () => {
  const w = world()
  await w.plan({ video: LONG })
  const pages = await openTabs(2, `${w.query}&interval=100`)
  await startVideo(pages[0])
  for (const page of pages) await isState(page, 'running')
  const [leader] = await checkers(pages)
  await pages[leader].setVisibility('hidden')
  // It may still make some checks before it hands over.
  await eventually(async () => String(await checkers(pages)) === String([1 - leader]))
  await pages[leader].setVisibility('visible')
  // It stays with the tab that has it, which is visible.
  assert.deepEqual(await checkers(pages), [1 - leader])
})

test('an end is announced once, in a visible tab', async () => {
  const w = world()
  await w.plan({ video: LONG })
  const pages = await openTabs(3, `${w.query}&interval=100`)
  await pages[0].setVisibility('hidden')
  await startVideo(pages[0])
  for (const page of pages) await isState(page, 'running')
  await w.plan({ video: AT_ONCE })
  for (const page of pages) await isState(page, 'succeeded')
  for (const page of pages) await page.waitUntilGone('[data-toast][data-kind=loading]')
  const ends = await Promise.all(pages.map(async (page) => (await said(page, 'video')).filter(([kind]) => kind === 'success').length))
  assert.equal(ends.reduce((sum, it) => sum + it), 1, `${ends}`)
  assert.equal(ends[0], 0, 'the hidden tab announces nothing')
})

test('Retry, Cancel and Clear work from any tab', async () => {
  const w = world()
  await w.plan({ video: { queued_ms: 0, running_ms: 200, outcome: 'failed' } })
  const pages = await openTabs(2, `${w.query}&interval=100`)
  const [first, second] = pages
  const id = await startVideo(first)
  await isState(second, 'failed')
  await w.plan({ video: LONG })
  for (const page of pages) {
    await page.evaluate((id) => { backgroundTasks.retry(id) }, id)
    for (const each of pages) await isState(each, 'running')
    await page.evaluate((id) => { backgroundTasks.cancel(id) }, id)
    for (const each of pages) await isState(each, 'cancelled')
  }
  const log = (await w.requests()).map(({ operation }) => operation)
  assert.equal(log.filter((operation) => operation === 'video-start').length, 2, 'each Retry starts it once')
  assert.equal(log.filter((operation) => operation === 'video-cancel').length, 2)
  await second.click('[data-tasks-indicator]')
  await second.click('[data-clear-finished]')
  for (const page of pages) await page.until(() => backgroundTasks.tasks().length === 0)
  await reload(first)
  assert.deepEqual(await tasks(first), [])
})

test('an upload is sent by the tab that has its file; when that is closed, the others say that it was interrupted', async () => {
  const w = world()
  await w.plan({ upload_bytes_per_second: 500_000 })
  const [first, second] = await openTabs(2, `${w.query}&interval=100`)
  const id = await send(second, 5_000_000)
  await first.until(() => backgroundTasks.tasks()[0]?.progress >= 5)
  assert.equal((await tasks(first))[0].state, 'uploading')
  // From the other tab, too.
  await first.evaluate((id) => { backgroundTasks.cancel(id) }, id)
  await isState(second, 'cancelled')
  await send(second, 5_000_000)
  await first.until(() => backgroundTasks.tasks().some(({ state }) => state === 'uploading'))
  await second.close()
  await first.until(() => backgroundTasks.tasks().some(({ state, error }) => state === 'failed' && /choose the file again/.test(error)))
})

test('a tab that is opened during an upload of another tab shows it, and the upload continues', async () => {
  const w = world()
  await w.plan({ upload_bytes_per_second: 1_000_000 })
  const first = await openDemo(w.query)
  const id = await send(first, 6_000_000)
  // It is stored by then, so that the other tab finds it.
  await first.until(() => backgroundTasks.tasks()[0].progress >= 20)
  const late = await openDemo(w.query)
  await late.evaluate(() => {
    globalThis.words = new Set(backgroundTasks.tasks().map(({ state }) => state))
    backgroundTasks.subscribe(({ state }) => words.add(state))
  })
  await late.until(() => backgroundTasks.tasks()[0]?.progress >= 30)
  await first.setVisibility('hidden')
  const third = await openDemo(w.query)
  for (const page of [first, late, third]) await isState(page, 'succeeded')
  assert.ok(!(await late.evaluate(() => [...words])).includes('failed'), 'no tab says that it was interrupted')
  assert.equal((await tasks(third))[0].id, id)
  assert.equal((await w.attachments()).length, 1)
})

test('a page that may not use locks polls its own tasks', async () => {
  const w = world()
  await w.plan({ video: { queued_ms: 0, running_ms: 500 } })
  const page = await openDemo(`${w.query}&interval=100&break=locks-forbidden`)
  await startVideo(page)
  await isState(page, 'succeeded')
})

test('offline is reported by the browser, and online checks at once', async () => {
  const w = world()
  await w.plan({ video: { outcome: 'stuck' } })
  const page = await openDemo(`${w.query}&interval=200`, { goesOffline: true })
  await startVideo(page)
  await isState(page, 'running')
  await page.setOffline(true)
  await isState(page, 'offline')
  await page.until(() => toastHistory.at(-1)[3] === 'You are offline - this continues when you are back')
  const before = (await statusRequests(w)).length
  await page.setOffline(false)
  // Before the next probe, which is sent after 15 s.
  await eventually(async () => (await statusRequests(w)).length > before, 10_000)
  await isState(page, 'running')
})

test('an upload waits while offline, and continues once the page is online', async () => {
  const w = world()
  const page = await openDemo(w.query, { goesOffline: true })
  await page.setOffline(true)
  await send(page, 100_000)
  await isState(page, 'offline')
  await page.until(() => toastHistory.at(-1)[3] === 'You are offline - this continues when you are back')
  await page.setOffline(false)
  await isState(page, 'succeeded')
  assert.equal((await w.attachments()).length, 1)
})

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
  const w = world()
  await w.plan({ video: { queued_ms: 0, running_ms: 1_000 } })
  await w.faults(transient.map(([, fault], index) => ({ on: 'video-status', id: `q-${index}`, times: null, fault })))
  const page = await openDemo(`${w.query}&interval=50`)
  await page.click('[data-tasks-indicator]')
  const ids = await videos(page, transient.length)
  for (const [index, [name, , reason]] of transient.entries()) {
    const row = `[data-task-id="${ids[index]}"][data-task-state=recovering]`
    await page.waitFor(row).catch((error) => assert.fail(`${name}: ${error}`))
    assert.match(await page.text(row), reason, name)
  }
  await w.forgetFaults()
  await page.until(() => backgroundTasks.tasks().every(({ state }) => state === 'succeeded'))
  assert.ok((await said(page, 'video')).every(([kind]) => kind !== 'error'))
  await page.collect()
  assert.deepEqual(page.problems, [])
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
  const w = world()
  await w.faults(permanent.map(([status], index) => ({ on: 'video-status', id: `q-${index}`, times: null, fault: { status } })))
  const page = await openDemo(w.query)
  const ids = await videos(page, permanent.length)
  await page.until(() => backgroundTasks.tasks().every(({ state }) => state === 'failed'))
  const failed = new Map((await tasks(page)).map(({ id, error }) => [id, error]))
  for (const [index, [status, reason]] of permanent.entries()) assert.match(failed.get(ids[index]), reason, `${status}`)
  assert.deepEqual((await statusRequests(w)).flatMap((check) => check.ids).sort(), permanent.map((_, index) => `q-${index}`))
  await page.waitFor('[data-toast-id^="video_"] [data-action]')
})

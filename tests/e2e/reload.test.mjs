// A reload, and a browser that keeps nothing, keeps nonsense or refuses.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, eventually, open, pass, passUntil, said, toast, upload, video, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (world, query = '', options) => open(browser, backend.address, `${world.query}&${query}`, options)
const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const ready = (page) => page.waitForFunction(() => globalThis.backgroundTasks)
const reload = async (page) => {
  await page.reload()
  await ready(page)
}
const warnings = (page) => {
  const heard = []
  page.on('console', (message) => message.type() === 'warning' && heard.push(message.text()))
  return heard
}

test('tasks go on after a reload, under their ids, with their toasts, and never back', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 10_000 }, embedding: { queued_ms: 0, running_ms: 60_000 } })
  const page = await start(world, 'interval=100')
  await page.evaluate(() => {
    backgroundTasks.startVideoProcessingTask(7, '<b>talk</b>.mp4', 'q-1')
    backgroundTasks.startEmbeddingTask(8, 'talk.mp4')
  })
  await page.waitForFunction(() => backgroundTasks.tasks().find(({ kind }) => kind === 'video').progress >= 30)
  const before = await tasks(page)
  await reload(page)
  const after = await tasks(page)
  assert.deepEqual(after.map(({ id }) => id), before.map(({ id }) => id))
  for (const [index, task] of after.entries()) assert.ok(task.progress >= before[index].progress, 'progress never goes back')
  assert.equal(after[1].title, '<b>talk</b>.mp4')
  await toast(page, 'video').waitFor({ state: 'attached' })
  await toast(page, 'embedding').waitFor({ state: 'attached' })
  await world.plan({ video: { queued_ms: 0, running_ms: 0 }, embedding: { queued_ms: 0, running_ms: 60_000 } })
  await page.waitForFunction(() => backgroundTasks.tasks().some(({ state }) => state === 'succeeded'), null, { timeout: 30_000 })
  await page.locator('[data-toast-id^="video_"][data-kind=success]').waitFor()
  await reload(page)
  assert.deepEqual((await tasks(page)).map(({ state }) => state).sort(), ['running', 'succeeded'])
  assert.equal(await toast(page, 'video').count(), 0, 'what has ended is not told again')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('toasts are in the page with its first frame, and tasks can be started in it', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
  const init = () => {
    // Called once the first render is done, before the browser can paint.
    const first = new MutationObserver(() => {
      if (!document.querySelector('.demo-header')) return
      first.disconnect()
      globalThis.firstFrame = [document.querySelectorAll('[data-toast]').length, 'backgroundTasks' in globalThis]
    })
    first.observe(document, { subtree: true, childList: true })
  }
  const page = await start(world, '', { init })
  assert.deepEqual(await page.evaluate(() => firstFrame), [0, true])
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await reload(page)
  assert.deepEqual(await page.evaluate(() => firstFrame), [1, true])
  await page.context().close()
})

test('a toast that was closed stays closed after a reload, until the end', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 8_000 } })
  const page = await start(world, 'interval=100')
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await toast(page, 'video').locator('[data-close]').click()
  await toast(page, 'video').waitFor({ state: 'detached' })
  await reload(page)
  await page.waitForFunction(() => backgroundTasks.tasks()[0].progress >= 30)
  const kinds = (await said(page, 'video')).map(([kind]) => kind)
  assert.deepEqual(kinds, [])
  await page.locator('[data-toast-id^="video_"][data-kind=success]').waitFor({ timeout: 30_000 })
  await page.context().close()
})

test('a reload in the middle of a budget does not make it whole again', async () => {
  const world = backend.world()
  await world.plan({ video: { outcome: 'stuck', queued_ms: 0, running_ms: 100 } })
  const page = await start(world, 'interval=20')
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  const checked = async () => (await world.requests()).filter(({ operation }) => operation === 'video-status').length
  await eventually(async () => (await checked()) >= 40)
  await reload(page)
  await page.waitForFunction(() => backgroundTasks.tasks()[0].state === 'failed', null, { timeout: 30_000 })
  const checks = await checked()
  // The check under way at the reload is asked again.
  assert.ok(checks >= 120 && checks <= 122, `${checks} checks`)
  await page.context().close()
})

test('a job that was asked for before the reload is not made twice', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 1_000 } })
  await world.faults({ on: 'video-start', when: 'after', fault: 'stall' })
  const page = await start(world, 'interval=100')
  await upload(page, video)
  await toast(page, 'video').waitFor({ state: 'attached' })
  await reload(page)
  await page.waitForFunction(() => backgroundTasks.tasks().find(({ kind }) => kind === 'video')?.state === 'succeeded', null, { timeout: 30_000 })
  const asked = (await world.requests()).filter(({ operation }) => operation === 'video-status')
  assert.equal(new Set(asked.map(({ path }) => path)).size, 1, 'one job is followed')
  await page.waitForFunction(() => backgroundTasks.tasks().some(({ kind }) => kind === 'embedding'), null, { timeout: 30_000 })
  await page.context().close()
})

test('an upload cut off says so, asks for the file, and goes on as the same task', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 200_000 })
  const page = await start(world)
  page.on('dialog', (dialog) => dialog.accept())
  const file = { name: 'notes.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(2_000_000, 7) }
  await upload(page, file, 'My notes')
  await page.waitForFunction(() => backgroundTasks.tasks()[0]?.progress >= 10, null, { timeout: 30_000 })
  const [{ id }] = await tasks(page)
  await reload(page)
  const card = page.locator(`[data-toast-id="${id}"][data-kind=error]`)
  await card.waitFor()
  assert.equal(await card.locator('[data-title]').textContent(), '❌ Upload failed: My notes')
  assert.match(await card.locator('[data-description]').textContent(), /choose the file again/)
  await world.plan({})
  const chooser = page.waitForEvent('filechooser')
  await card.locator('[data-action]').click()
  await (await chooser).setFiles(file)
  await page.locator(`[data-toast-id="${id}"][data-kind=success]`).waitFor({ timeout: 30_000 })
  assert.equal((await world.attachments()).length, 1)
  await page.context().close()
})

test('a chooser that is closed changes nothing, and it can be opened again', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 200_000 })
  const page = await start(world)
  page.on('dialog', (dialog) => dialog.accept())
  await upload(page, { name: 'a.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(2_000_000) })
  await page.waitForFunction(() => backgroundTasks.tasks()[0]?.progress >= 1, null, { timeout: 30_000 })
  await reload(page)
  const card = page.locator('[data-toast-id^="upload_"][data-kind=error]')
  for (let time = 0; time < 2; time += 1) {
    const chooser = page.waitForEvent('filechooser')
    await card.locator('[data-action]').click()
    await chooser
    assert.equal((await tasks(page))[0].state, 'failed')
  }
  await page.context().close()
})

for (const [name, sabotage, expected] of [
  ['is forbidden', () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } }), /cannot be saved/],
  ['is full', () => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') } }, /cannot be saved/],
  ['holds nonsense', () => localStorage.setItem('background-tasks:tasks/video_7_1', '\u0002nonsense'), /cannot be read/],
  ['holds another version', () => localStorage.setItem('background-tasks:tasks/video_7_1', '\u0063\u0001'), /version 99/],
  ['holds nonsense of version 1', () => localStorage.setItem('background-tasks:tasks', '{"version":1,"tasks":[[[}'), /cannot be read/],
  ['holds an earlier format of another version', () => localStorage.setItem('background-tasks:tasks', '{"version":99,"tasks":[]}'), /cannot be read/],
]) {
  test(`where storage ${name}, the page works and says so once on the console`, async () => {
    const page = await open(browser, backend.address, 'speed=20', { virtual: true })
    const heard = warnings(page)
    await page.addInitScript(sabotage)
    await reload(page)
    await page.evaluate(() => backgroundTasks.startEmbeddingTask(7, 'talk.mp4'))
    await passUntil(page, async () => (await tasks(page))[0].state === 'succeeded')
    await pass(page, 2_000)
    assert.equal(heard.length, 1, heard.join('\n'))
    assert.match(heard[0], expected)
    assert.deepEqual(page.problems, [])
    await page.context().close()
  })
}

test('a broken record is dropped alone', async () => {
  const page = await open(browser, backend.address, '', { virtual: true })
  await page.evaluate(() => {
    backgroundTasks.startVideoProcessingTask(7, 'broken.mp4', 'q-1')
    backgroundTasks.startVideoProcessingTask(8, 'whole.mp4', 'q-2')
  })
  await pass(page, 1_000)
  await page.addInitScript(() => {
    for (const [key, value] of Object.entries(localStorage)) {
      if (value.includes('broken.mp4')) localStorage.setItem(key, value.slice(0, -3))
    }
  })
  const heard = warnings(page)
  await reload(page)
  assert.deepEqual((await tasks(page)).map(({ title }) => title), ['whole.mp4'])
  assert.equal(heard.length, 1)
  await page.context().close()
})

test('what is cleared stays cleared, and what is a day old is gone', async () => {
  const page = await open(browser, backend.address, 'speed=20', { virtual: true })
  await page.evaluate(() => {
    backgroundTasks.startEmbeddingTask(7, 'cleared.mp4')
    backgroundTasks.startEmbeddingTask(8, 'kept.mp4')
  })
  await passUntil(page, async () => (await tasks(page)).every(({ state }) => state === 'succeeded'))
  await page.click('[data-tasks-indicator]')
  await page.getByRole('button', { name: 'Clear: cleared.mp4' }).click()
  await reload(page)
  assert.deepEqual((await tasks(page)).map(({ title }) => title), ['kept.mp4'])
  await page.clock.setSystemTime(new Date('2026-01-02T01:00:00Z'))
  await reload(page)
  assert.deepEqual(await tasks(page), [])
  await page.context().close()
})

test('tasks outlive the end of their page, also within half a second of a change', async () => {
  const page = await open(browser, backend.address, '', { virtual: true })
  await page.evaluate(() => {
    backgroundTasks.startEmbeddingTask(7, 'talk.mp4')
    backgroundTasks.destroy()
  })
  await pass(page, 2_000)
  assert.equal(await page.locator('[data-toast]').count(), 0)
  await reload(page)
  assert.deepEqual((await tasks(page)).map(({ title }) => title), ['talk.mp4'])
  await toast(page, 'embedding').waitFor({ state: 'attached' })
  await page.context().close()
})

test('a percent is written every two seconds', async () => {
  const page = await open(browser, backend.address, 'seed=1&speed=0.1&fail=0&flaky=0&interval=100', { virtual: true })
  const progress = async () => (await tasks(page))[0].progress
  await page.evaluate(() => backgroundTasks.startEmbeddingTask(1, 'talk.mp4'))
  await passUntil(page, progress)
  await pass(page, 1_000)
  await page.evaluate(() => {
    globalThis.writes = []
    const set = Storage.prototype.setItem
    Storage.prototype.setItem = function (key, value) {
      if (/^background-tasks:[^/]+\//.test(key)) writes.push(Date.now())
      return set.call(this, key, value)
    }
  })
  const before = await progress()
  await pass(page, 9_000)
  const [task] = await tasks(page)
  assert.equal(task.state, 'running')
  assert.ok(task.progress >= before + 4, `from ${before} to ${task.progress} %`)
  const writes = await page.evaluate(() => writes)
  assert.ok(writes.length >= 2 && writes.length <= 5, `${writes.length} writes`)
  for (const [index, at] of writes.entries()) if (index > 0) assert.ok(at - writes[index - 1] >= 2_000)
  await page.context().close()
})

test('writes are half a second apart, one comes when the page is left, and no secret is in them', async () => {
  const page = await open(browser, backend.address, '', { virtual: true })
  await page.evaluate(() => {
    globalThis.writes = []
    const set = Storage.prototype.setItem
    Storage.prototype.setItem = function (key, value) {
      writes.push([Date.now(), key])
      return set.call(this, key, value)
    }
    for (let number = 0; number < 20; number += 1) backgroundTasks.startEmbeddingTask(number, `file ${number}`)
  })
  await pass(page, 5_000, 20)
  const writes = await page.evaluate(() => writes)
  assert.ok(writes.length >= 3, `${writes.length} writes`)
  for (const [, key] of writes) assert.ok(key.startsWith('background-tasks:'))
  // One batch writes several records at once.
  const batches = [...new Set(writes.map(([at]) => at))]
  for (const [index, at] of batches.entries()) {
    if (index > 0) assert.ok(at - batches[index - 1] >= 500, `${at - batches[index - 1]} ms`)
  }
  await page.evaluate(() => {
    writes.length = 0
    window.dispatchEvent(new PageTransitionEvent('pagehide'))
  })
  assert.ok((await page.evaluate(() => writes.length)) > 0, 'what had changed since is written')
  const keys = await page.evaluate(() => Object.keys(localStorage))
  assert.equal(keys.length, 20)
  for (const key of keys) assert.match(key, /^background-tasks:[^/]+\/embedding_\d+_\d+$/)
  await page.context().close()
})

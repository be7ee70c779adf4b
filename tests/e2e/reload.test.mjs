// Reloads, and a browser whose storage is forbidden, full or damaged.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, pass, passUntil, toast, upload, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (world, query = '', options) => open(browser, backend.address, `${world.query}&${query}`, options)
const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const ready = (page) => page.waitForFunction(() => globalThis.backgroundTasks)
const reload = async (page) => {
  await page.reload()
  await ready(page)
}

test('tasks continue after a reload, under their ids, with their toasts, and progress never decreases', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 4_000 }, embedding: { queued_ms: 0, running_ms: 60_000 } })
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
  for (const [index, task] of after.entries()) assert.ok(task.progress >= before[index].progress, 'progress never decreases')
  assert.equal(after[1].title, '<b>talk</b>.mp4')
  await toast(page, 'video').waitFor({ state: 'attached' })
  await toast(page, 'embedding').waitFor({ state: 'attached' })
  await world.plan({ video: { queued_ms: 0, running_ms: 0 }, embedding: { queued_ms: 0, running_ms: 60_000 } })
  await page.waitForFunction(() => backgroundTasks.tasks().some(({ state }) => state === 'succeeded'), null, { timeout: 30_000 })
  await page.locator('[data-toast-id^="video_"][data-kind=success]').waitFor()
  await reload(page)
  assert.deepEqual((await tasks(page)).map(({ state }) => state).sort(), ['running', 'succeeded'])
  assert.equal(await toast(page, 'video').count(), 0, 'an end is not announced again')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('toasts are in the first frame after a reload, and tasks can be started in it', async () => {
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

test('an interrupted upload says so, asks for its file as often as needed, and continues as the same task', async () => {
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
  // A file chooser that is closed changes nothing.
  const closed = page.waitForEvent('filechooser')
  await card.locator('[data-action]').click()
  await closed
  assert.equal((await tasks(page))[0].state, 'failed')
  await world.plan({})
  const chooser = page.waitForEvent('filechooser')
  await card.locator('[data-action]').click()
  await (await chooser).setFiles(file)
  await page.locator(`[data-toast-id="${id}"][data-kind=success]`).waitFor({ timeout: 30_000 })
  assert.equal((await world.attachments()).length, 1)
  await page.context().close()
})

for (const [name, sabotage, expected] of [
  ['is forbidden', () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } }), /cannot be saved/],
  ['is full', () => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') } }, /cannot be saved/],
  ['contains nonsense', () => localStorage.setItem('background-tasks:tasks/video_7_1', '\u0002nonsense'), /cannot be read/],
  ['contains the nonsense of an earlier version', () => localStorage.setItem('background-tasks:tasks', '{"version":99,"tasks":[[[}'), /cannot be read/],
]) {
  test(`the page works and warns once on the console if storage ${name}`, async () => {
    const page = await open(browser, backend.address, 'speed=20', { virtual: true, init: sabotage })
    await page.evaluate(() => backgroundTasks.startEmbeddingTask(7, 'talk.mp4'))
    await passUntil(page, async () => (await tasks(page))[0].state === 'succeeded')
    await pass(page, 2_000)
    assert.equal(page.warnings.length, 1, page.warnings.join('\n'))
    assert.match(page.warnings[0], expected)
    assert.deepEqual(page.problems, [])
    await page.context().close()
  })
}

test('a task that was started just before the page ended is there after a reload', async () => {
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

test('records are written in batches half a second apart, changed ones only, and once when the page is left', async () => {
  const page = await open(browser, backend.address, '', { virtual: true })
  await page.evaluate(() => {
    globalThis.writes = []
    const set = Storage.prototype.setItem
    Storage.prototype.setItem = function (key, value) {
      writes.push({ at: Date.now(), key, value, before: this.getItem(key) })
      return set.call(this, key, value)
    }
    for (let number = 0; number < 20; number += 1) backgroundTasks.startEmbeddingTask(number, `file ${number}`)
  })
  await pass(page, 5_000, 20)
  const writes = await page.evaluate(() => writes)
  assert.equal(new Set(writes.map(({ key }) => key)).size, 20, 'a record per task')
  for (const { key, value, before } of writes) {
    assert.match(key, /^background-tasks:tasks\/embedding_\d+_\d+$/)
    assert.notEqual(value, before, `${key} had not changed`)
  }
  const batches = [...new Set(writes.map(({ at }) => at))]
  assert.ok(batches.length >= 3, `${batches.length} batches`)
  for (const [index, at] of batches.entries()) {
    if (index > 0) assert.ok(at - batches[index - 1] >= 500, `${at - batches[index - 1]} ms`)
  }
  const leave = () => page.evaluate(() => {
    writes.length = 0
    window.dispatchEvent(new PageTransitionEvent('pagehide'))
    return writes
  })
  const last = await leave()
  assert.ok(last.length > 0, 'progress was made since')
  assert.equal(new Set(last.map(({ key }) => key)).size, last.length, 'each record once')
  for (const { key, value, before } of last) assert.notEqual(value, before, `${key} had not changed`)
  assert.deepEqual(await leave(), [], 'nothing is left to write')
  const progress = async () => Object.fromEntries((await tasks(page)).map(({ id, progress }) => [id, progress]))
  const before = await progress()
  await reload(page)
  assert.deepEqual(await progress(), before, 'the last progress was written')
  await page.context().close()
})

// An upload that a reload interrupts, and when records are written.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, pass, upload, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (world, query = '', options) => open(browser, backend.address, `${world.query}&${query}`, options)
const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const ready = (page) => page.waitForFunction(() => globalThis.backgroundTasks)
const reload = async (page) => {
  await page.reload()
  await ready(page)
}

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

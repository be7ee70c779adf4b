// Uploads when the network, the server or the user gets in their way.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { large } from './large-file.mjs'
import { backend, browser, eventually, open, upload, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (world, query = '', options) => open(browser, backend.address, `${world.query}&${query}`, options)
const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const until = (page, test, argument) => page.waitForFunction(test, argument, { timeout: 30_000 })
const requests = async (world, operation) => (await world.requests()).filter((request) => request.operation === operation)
const file = (name, bytes = 1_000) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(bytes, 7) })
/** Hands a file over from within the page. */
const send = (page, name, bytes) => page.evaluate(([name, bytes]) =>
  backgroundTasks.upload(new File([new Uint8Array(bytes)], name), { title: name }), [name, bytes])

test('three uploads are in flight at once, the others wait, and all arrive', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 1_000_000 })
  const page = await start(world)
  await page.getByRole('button', { name: 'Open storage' }).click()
  await page.getByRole('tab', { name: 'Upload' }).click()
  await page.setInputFiles('input[type=file]', [1, 2, 3, 4, 5, 6].map((number) => file(`part-${number}.bin`, 500_000)))
  assert.match(await page.locator('[data-drop-zone]').textContent(), /6 files/)
  assert.equal(await page.locator('input[name=title]').count(), 0, 'each has its own name')
  await page.click('[data-upload]')
  const begun = await until(page, () => backgroundTasks.tasks().length === 6 && backgroundTasks.tasks().map(({ state }) => state))
  const states = (await begun.jsonValue()).sort()
  assert.deepEqual(states, ['queued', 'queued', 'queued', 'uploading', 'uploading', 'uploading'])
  await until(page, () => backgroundTasks.tasks().every(({ state }) => state === 'succeeded'))
  const log = await requests(world, 'upload')
  const under = log.map(({ received_ms, answered_ms }) => [received_ms, answered_ms])
  for (const [at] of under) {
    assert.ok(under.filter(([from, to]) => from <= at && at < to).length <= 3)
  }
  const titles = (await world.attachments()).map(({ title }) => title).sort()
  assert.deepEqual(titles, ['part-1.bin', 'part-2.bin', 'part-3.bin', 'part-4.bin', 'part-5.bin', 'part-6.bin'])
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('the page asks before it is left only while a file is being uploaded', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 500_000, video: { running_ms: 60_000 } })
  const page = await start(world)
  const asks = () => page.evaluate(() => {
    const event = document.createEvent('BeforeUnloadEvent')
    event.initEvent('beforeunload', false, true)
    window.dispatchEvent(event)
    return event.returnValue !== ''
  })
  const asksSoon = (expected) => eventually(async () => (await asks()) === expected)
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await until(page, () => backgroundTasks.tasks()[0].state === 'running')
  assert.equal(await asks(), false, 'a job goes on without the page')
  await send(page, 'notes.bin', 2_000_000)
  await until(page, () => backgroundTasks.tasks()[0].state === 'uploading')
  await asksSoon(true)
  await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded')
  await asksSoon(false)
  await page.context().close()
})

/** More than any buffer on the way takes in at once. */
const FILM = 20_000_000

test('after a reload an upload continues from the server’s offset once its file is chosen again', async () => {
  await large(FILM, async (path, sha256) => {
    const world = backend.world()
    // The next request stalls, so that the reload finds the upload half done.
    await world.faults([
      { on: 'upload-part', fault: { cut_after_bytes: FILM / 2 } },
      { on: 'upload-offset', fault: 'stall', times: null },
    ])
    const page = await start(world, 'uploads=resumable')
    page.on('dialog', (dialog) => dialog.accept())
    await upload(page, path, 'Film')
    await until(page, () => backgroundTasks.tasks()[0]?.state === 'recovering')
    const [{ id }] = await tasks(page)
    await page.reload()
    await world.forgetFaults()
    const card = page.locator(`[data-toast-id="${id}"][data-kind=error]`)
    await card.waitFor()
    const chooser = page.waitForEvent('filechooser')
    await card.locator('[data-action]').click()
    await (await chooser).setFiles(path)
    await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded')
    assert.equal((await tasks(page))[0].id, id)
    const parts = await requests(world, 'upload-part')
    assert.deepEqual(parts.map(({ headers }) => headers['upload-offset']), ['0', String(FILM / 2)])
    const [stored, ...more] = await world.attachments()
    assert.deepEqual(more, [])
    assert.equal(stored.sha256, sha256)
    await page.context().close()
  })
})

test('another file of the same name and size never continues an upload', async () => {
  await large(FILM, async (path) => {
    const world = backend.world()
    await world.faults([
      { on: 'upload-part', fault: { cut_after_bytes: FILM / 2 } },
      { on: 'upload-offset', fault: 'stall', times: null },
    ])
    const page = await start(world, 'uploads=resumable')
    page.on('dialog', (dialog) => dialog.accept())
    await upload(page, path, 'Film')
    await until(page, () => backgroundTasks.tasks()[0]?.state === 'recovering')
    await page.reload()
    await world.forgetFaults()
    const other = Buffer.alloc(FILM, 1)
    await writeFile(path, other)
    const chooser = page.waitForEvent('filechooser')
    await page.locator('[data-toast][data-kind=error] [data-action]').click()
    await (await chooser).setFiles(path)
    await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded')
    const parts = await requests(world, 'upload-part')
    assert.deepEqual(parts.map(({ headers }) => headers['upload-offset']), ['0', '0'])
    const stored = await world.attachments()
    assert.deepEqual(stored.map(({ sha256 }) => sha256), [createHash('sha256').update(other).digest('hex')])
    await page.context().close()
  })
})

test('an upload that cannot be paused offers no Pause', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 500_000 })
  const page = await start(world)
  await page.locator('[data-tasks-indicator]').click()
  await send(page, 'notes.bin', 3_000_000)
  await until(page, () => backgroundTasks.tasks()[0]?.state === 'uploading')
  assert.equal(await page.locator('[data-task]').getByRole('button', { name: 'Pause' }).count(), 0)
  await page.context().close()
})

// Uploads when the network, the server or the user gets in their way.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { backend, browser, eventually, open, said, upload, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (world, query = '', options) => open(browser, backend.address, `${world.query}&${query}`, options)
const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const until = (page, test, argument) => page.waitForFunction(test, argument, { timeout: 30_000 })
const requests = async (world, operation) => (await world.requests()).filter((request) => request.operation === operation)
const file = (name, bytes = 1_000) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(bytes, 7) })
/** The sockets take in so many bytes although the server reads none. */
const FITS = 40_000
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

test('several dropped files are accepted, and the form is empty again', async () => {
  const world = backend.world()
  const page = await start(world)
  await page.getByRole('button', { name: 'Open storage' }).click()
  await page.getByRole('tab', { name: 'Upload' }).click()
  const dropped = await page.evaluateHandle(() => {
    const transfer = new DataTransfer()
    for (const name of ['one.txt', 'two.txt']) transfer.items.add(new File(['text'], name, { type: 'text/plain' }))
    return transfer
  })
  await page.dispatchEvent('[data-drop-zone]', 'drop', { dataTransfer: dropped })
  await page.click('[data-upload]')
  await until(page, () => backgroundTasks.tasks().filter(({ state }) => state === 'succeeded').length === 2)
  await page.getByRole('tab', { name: 'Upload' }).click()
  assert.doesNotMatch(await page.locator('[data-drop-zone]').textContent(), /\.txt|2 files/)
  await page.context().close()
})

test('transient failures are waited out under one idempotency key, and one file is stored', async () => {
  const world = backend.world()
  await world.faults([{ on: 'upload', fault: 'drop' }, { on: 'upload', when: 'after', fault: { status: 500 } }])
  const page = await start(world)
  await send(page, 'notes.bin', 100_000)
  await until(page, () => backgroundTasks.tasks()[0].state === 'recovering')
  await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded', undefined)
  const keys = (await requests(world, 'upload')).map(({ idempotency_key }) => idempotency_key)
  assert.equal(keys.length, 3)
  assert.equal(new Set(keys).size, 1)
  assert.equal((await world.attachments()).length, 1, 'the lost response made no second file')
  assert.ok((await said(page, 'upload')).some(([, , text]) => /^Connection problem - trying again in \d+ s$/.test(text)))
  await page.context().close()
})

test('permanent failures fail an upload at once, with a reason to act on', async () => {
  const world = backend.world()
  const page = await start(world)
  const permanent = [[401, /Sign in again/], [413, /too large/], [415, /files of this type/], [403, /not allowed/]]
  for (const [index, [status, reason]] of permanent.entries()) {
    await world.faults({ on: 'upload', fault: { status } })
    const id = await send(page, 'notes.bin', 1_000)
    await until(page, (id) => backgroundTasks.tasks().find((task) => task.id === id).state === 'failed', id)
    assert.match((await tasks(page)).find((task) => task.id === id).error, reason)
    assert.equal((await requests(world, 'upload')).length, index + 1)
  }
  await page.context().close()
})

test('after the last byte the toast says that it waits for the server, and never shows 100 %', async () => {
  const world = backend.world()
  await world.faults({ on: 'upload', fault: { delay_ms: 1_500 } })
  const page = await start(world)
  await send(page, 'notes.bin', FITS)
  const title = await until(page, () => {
    const toast = document.querySelector('[data-toast-id^="upload_"]')
    return toast?.querySelector('[data-description]')?.textContent === 'Waiting for the server' && toast.querySelector('[data-title]').textContent
  })
  assert.match(await title.jsonValue(), /\(99%\)/)
  await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded')
  assert.ok((await said(page, 'upload')).every(([kind, title]) => kind !== 'loading' || !title.includes('100')))
  await page.context().close()
})

test('Cancel aborts the request, and the next upload starts at once', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 100_000 })
  const page = await start(world)
  for (const name of ['a', 'b', 'c', 'd']) await send(page, `${name}.bin`, 4_000_000)
  await until(page, () => backgroundTasks.tasks().filter(({ state }) => state === 'uploading').length === 3)
  const first = (await tasks(page)).find(({ title }) => title === 'a.bin')
  await page.evaluate((id) => backgroundTasks.cancel(id), first.id)
  await until(page, () => backgroundTasks.tasks().find(({ title }) => title === 'd.bin').state === 'uploading')
  assert.equal((await tasks(page)).find(({ title }) => title === 'a.bin').state, 'cancelled')
  await page.context().close()
})

test('an upload waits while offline, and continues once the page is online', async () => {
  const world = backend.world()
  const page = await start(world)
  await page.context().setOffline(true)
  await send(page, 'notes.bin', 100_000)
  await until(page, () => backgroundTasks.tasks()[0].state === 'offline')
  assert.equal((await said(page, 'upload')).at(-1)[2], 'You are offline - this continues when you are back')
  await page.context().setOffline(false)
  await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded')
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

/** A file on disk, without a repeated part that could stand in for another. */
async function large(bytes, use) {
  const folder = await mkdtemp(join(tmpdir(), 'upload-'))
  const path = join(folder, 'film.bin')
  const content = Buffer.alloc(bytes)
  for (let place = 0; place + 4 <= bytes; place += 4) content.writeUInt32LE((place * 2654435761) % 2 ** 32, place)
  await writeFile(path, content)
  try {
    await use(path, createHash('sha256').update(content).digest('hex'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** More than any buffer on the way takes in at once. */
const FILM = 20_000_000

test('an upload cut off half-way continues from the server’s offset', async () => {
  await large(FILM, async (path, sha256) => {
    const world = backend.world()
    await world.faults({ on: 'upload-part', fault: { cut_after_bytes: FILM / 2 } })
    const page = await start(world, 'uploads=resumable')
    await upload(page, path, 'Film')
    await until(page, () => backgroundTasks.tasks()[0]?.state === 'recovering')
    await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded')
    const parts = await requests(world, 'upload-part')
    assert.equal(parts.length, 2)
    assert.equal(parts[1].headers['upload-offset'], String(FILM / 2))
    assert.equal((await requests(world, 'upload-create')).length, 1)
    const [stored, ...more] = await world.attachments()
    assert.deepEqual(more, [])
    assert.deepEqual([stored.sha256, stored.size, stored.title], [sha256, FILM, 'Film'])
    const percents = (await said(page, 'upload')).flatMap(([, title]) => title.match(/\((\d+)%\)/)?.[1] ?? []).map(Number)
    assert.deepEqual(percents, [...percents].sort((one, other) => one - other), 'progress never goes back')
    await page.context().close()
  })
})

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

test('a resumable upload can be paused and resumed; if it is cancelled, the server discards it', async () => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 1_000_000 })
  const page = await start(world, 'uploads=resumable')
  await page.locator('[data-tasks-indicator]').click()
  await send(page, 'large.bin', 5_000_000)
  const row = page.locator('[data-task]', { hasText: 'large.bin' })
  const large = async () => (await tasks(page)).find(({ title }) => title === 'large.bin')
  await eventually(async () => (await large()).progress >= 20)
  await row.getByRole('button', { name: 'Pause' }).click()
  await row.getByText('Paused').waitFor()
  const { progress, state } = await large()
  assert.equal(state, 'uploading')
  await send(page, 'small.bin', 500_000)
  await until(page, () => backgroundTasks.tasks().some(({ state }) => state === 'succeeded'))
  assert.equal((await large()).progress, progress, 'it stands still while another goes through')
  await row.getByRole('button', { name: 'Resume' }).click()
  await eventually(async () => (await large()).progress > progress)
  const parts = await requests(world, 'upload-part')
  assert.ok(Number(parts.at(-1).headers['upload-offset']) > 0)
  await row.getByRole('button', { name: 'Cancel' }).click()
  await eventually(async () => (await large()).state === 'cancelled')
  await eventually(async () => (await requests(world, 'upload-discard')).length > 0)
  assert.deepEqual((await world.attachments()).map(({ title }) => title), ['small.bin'])
  await page.context().close()
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

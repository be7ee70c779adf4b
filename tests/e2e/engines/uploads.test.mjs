// Uploads in each engine: progress, failures, parts, pausing, and files that are dropped or pasted.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { large } from '../large-file.mjs'
import { eventually } from '../support.mjs'
import { openDemo, said, tasks, withEngine, world } from './engine.mjs'

withEngine()

const requests = async (w, operation) => (await w.requests()).filter((request) => request.operation === operation)
/** The sockets take in so many bytes although the server reads none. */
const FITS = 40_000
/** Hands a file over from within the page. */
const send = (page, name, bytes) => page.evaluate(([name, bytes]) =>
  backgroundTasks.upload(new File([new Uint8Array(bytes)], name), { title: name }), [name, bytes])
const isState = (page, state) => page.until((state) => backgroundTasks.tasks()[0]?.state === state, state)
const percents = (history) => history.flatMap(([, title]) => title.match(/\((\d+)%\)/)?.[1] ?? []).map(Number)

test('an upload shows its progress, its speed and the time left', async () => {
  const w = world()
  await w.plan({ upload_bytes_per_second: 2_000_000 })
  const page = await openDemo(w.query)
  await page.click('[data-tasks-indicator]')
  await send(page, 'notes.bin', 8_000_000)
  await page.until(() => /· \d+(\.\d)? [kM]B\/s, \d+ sec left/.test(text('[data-task]') ?? ''))
  await isState(page, 'succeeded')
  const shown = percents(await said(page, 'upload'))
  assert.ok(shown.length >= 3, `${shown}`)
  assert.deepEqual(shown, [...shown].sort((one, other) => one - other), 'it never decreases')
  assert.equal((await w.attachments())[0].size, 8_000_000)
})

test('transient failures are waited out under one idempotency key, and one file is stored', async () => {
  const w = world()
  await w.faults([{ on: 'upload', fault: 'drop' }, { on: 'upload', when: 'after', fault: { status: 500 } }])
  const page = await openDemo(w.query)
  await send(page, 'notes.bin', 100_000)
  await isState(page, 'recovering')
  await isState(page, 'succeeded')
  const keys = (await requests(w, 'upload')).map(({ idempotency_key }) => idempotency_key)
  assert.equal(keys.length, 3)
  assert.equal(new Set(keys).size, 1)
  assert.equal((await w.attachments()).length, 1, 'the lost response made no second file')
  assert.ok((await said(page, 'upload')).some(([, , text]) => /^Connection problem - trying again in \d+ s$/.test(text)))
})

test('permanent failures fail an upload at once, with a reason to act on', async () => {
  const w = world()
  const page = await openDemo(w.query)
  const permanent = [[401, /Sign in again/], [413, /too large/], [415, /files of this type/], [403, /not allowed/]]
  for (const [index, [status, reason]] of permanent.entries()) {
    await w.faults({ on: 'upload', fault: { status } })
    const id = await send(page, 'notes.bin', 1_000)
    await page.until((id) => backgroundTasks.tasks().find((task) => task.id === id).state === 'failed', id)
    assert.match((await tasks(page)).find((task) => task.id === id).error, reason)
    assert.equal((await requests(w, 'upload')).length, index + 1)
  }
})

test('after the last byte the toast says that it waits for the server, and never shows 100 %', async () => {
  const w = world()
  await w.faults({ on: 'upload', fault: { delay_ms: 1_500 } })
  const page = await openDemo(w.query)
  await send(page, 'notes.bin', FITS)
  const waits = '[data-toast-id^="upload_"] [data-description]'
  await page.until((waits) => text(waits) === 'Waiting for the server', waits)
  assert.match(await page.text('[data-toast-id^="upload_"] [data-title]'), /\(99%\)/)
  await isState(page, 'succeeded')
  assert.ok((await said(page, 'upload')).every(([kind, title]) => kind !== 'loading' || !title.includes('100')))
})

test('Cancel aborts the request, and the next upload starts at once', async () => {
  const w = world()
  await w.plan({ upload_bytes_per_second: 100_000 })
  const page = await openDemo(w.query)
  const ids = []
  for (const name of ['a', 'b', 'c', 'd']) ids.push(await send(page, `${name}.bin`, 4_000_000))
  const isUploading = (id) => page.until((id) => backgroundTasks.tasks().find((task) => task.id === id).state === 'uploading', id)
  for (const id of ids.slice(0, 3)) await isUploading(id)
  await page.evaluate((id) => { backgroundTasks.cancel(id) }, ids[0])
  await isUploading(ids[3])
  assert.equal((await tasks(page)).find(({ id }) => id === ids[0]).state, 'cancelled')
})

/** More than any buffer on the way takes in at once. */
const FILM = 8_000_000

test('an upload cut off half-way continues from the server’s offset', async () => {
  await large(FILM, async (path, sha256) => {
    const w = world()
    await w.faults({ on: 'upload-part', fault: { cut_after_bytes: FILM / 2 } })
    const page = await openDemo(`${w.query}&uploads=resumable`)
    await page.click('button', 'Open storage')
    await page.click('[role=tab]', 'Upload')
    await page.setFiles('input[type=file]', path)
    await page.fill('input[name=title]', 'Film')
    await page.click('[data-upload]')
    await isState(page, 'recovering')
    await isState(page, 'succeeded')
    const parts = await requests(w, 'upload-part')
    assert.equal(parts.length, 2)
    assert.equal(parts[1].headers['upload-offset'], String(FILM / 2))
    assert.equal((await requests(w, 'upload-create')).length, 1)
    const [stored, ...more] = await w.attachments()
    assert.deepEqual(more, [])
    assert.deepEqual([stored.sha256, stored.size, stored.title], [sha256, FILM, 'Film'])
    const shown = percents(await said(page, 'upload'))
    assert.deepEqual(shown, [...shown].sort((one, other) => one - other), 'progress never goes back')
  })
})

test('a resumable upload can be paused and resumed; if it is cancelled, the server discards it', async () => {
  const w = world()
  await w.plan({ upload_bytes_per_second: 1_000_000 })
  const page = await openDemo(`${w.query}&uploads=resumable`)
  await page.click('[data-tasks-indicator]')
  const id = await send(page, 'large.bin', 15_000_000)
  const row = `[data-task-id="${id}"]`
  const task = async () => (await tasks(page)).find((task) => task.id === id)
  await eventually(async () => (await task()).progress >= 10)
  await page.click(`${row} button`, 'Pause')
  await page.until((row) => text(row).includes('Paused'), row)
  const { progress, state } = await task()
  assert.equal(state, 'uploading')
  await send(page, 'small.bin', 500_000)
  await page.until(() => backgroundTasks.tasks().some(({ state }) => state === 'succeeded'))
  assert.equal((await task()).progress, progress, 'it stands still while another goes through')
  await page.click(`${row} button`, 'Resume')
  await eventually(async () => (await task()).progress > progress)
  const parts = await requests(w, 'upload-part')
  assert.ok(Number(parts.at(-1).headers['upload-offset']) > 0)
  await page.click(`${row} button`, 'Cancel')
  await eventually(async () => (await task()).state === 'cancelled')
  await eventually(async () => (await requests(w, 'upload-discard')).length > 0)
  assert.deepEqual((await w.attachments()).map(({ title }) => title), ['small.bin'])
})

test('several dropped files are accepted, and the form is empty again', async () => {
  const w = world()
  const page = await openDemo(w.query)
  await page.click('button', 'Open storage')
  await page.click('[role=tab]', 'Upload')
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer()
    for (const name of ['one.txt', 'two.txt']) dataTransfer.items.add(new File(['text'], name, { type: 'text/plain' }))
    find('[data-drop-zone]').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
  })
  await page.click('[data-upload]')
  await page.until(() => backgroundTasks.tasks().filter(({ state }) => state === 'succeeded').length === 2)
  await page.click('[role=tab]', 'Upload')
  assert.doesNotMatch(await page.text('[data-drop-zone]'), /\.txt|2 files/)
})

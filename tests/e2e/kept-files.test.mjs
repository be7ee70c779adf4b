// Uploads that continue with a copy of their file, after a reload and in another tab.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { damage, parts, withoutPrivateFiles } from './kept-copies.mjs'
import { large } from './large-file.mjs'
import { backend, browser, eventually, open, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const SIZE = 50_000_000
/** Those of its copy, of which the first describes the file. */
const PARTS = 1 + Math.ceil(SIZE / 2 ** 23)
/** What would wait forever fails. */
const LIMIT = { timeout: 180_000 }

const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())
const requests = async (world, operation) => (await world.requests()).filter((request) => request.operation === operation)
const ready = (page) => page.waitForFunction(() => globalThis.backgroundTasks?.tasks().length)
const until = (page, test, argument) => page.waitForFunction(test, argument, { timeout: 60_000 })
const progressed = (page, percent) => until(page, (percent) => backgroundTasks.tasks()[0].progress >= percent, percent)

/** Whether the page would ask before it is left. */
const asks = (page) => page.evaluate(() => {
  const event = document.createEvent('BeforeUnloadEvent')
  event.initEvent('beforeunload', false, true)
  window.dispatchEvent(event)
  return event.returnValue !== ''
})

/** Where copies are kept, and what a page then runs first. */
const PLACES = [['private files', undefined], ['IndexedDB', withoutPrivateFiles]]

/** Waits until the copy is complete, while the file is being uploaded. */
async function kept(page) {
  // A page whose upload has only been asked for does not ask yet either.
  await eventually(async () => (await parts(page)) === PARTS && !(await asks(page)))
  const states = (await tasks(page)).map((task) => task.state)
  assert.ok(states.some((state) => !['succeeded', 'failed', 'cancelled'].includes(state)), `${states}`)
}

/** Counts the file choosers and dialogs of a page. */
function countQuestions(page) {
  page.questions = 0
  page.on('filechooser', () => { page.questions += 1 })
  page.on('dialog', (dialog) => {
    page.questions += 1
    return dialog.accept()
  })
}

const start = async (world, query = '', options) => {
  const page = await open(browser, backend.address, `${world.query}&keep=1&${query}`, options)
  countQuestions(page)
  return page
}

/** Uploads a file of the disk. Returns the task's id. */
async function upload(page, path) {
  await page.getByRole('button', { name: 'Open storage' }).click()
  await page.getByRole('tab', { name: 'Upload' }).click()
  await page.setInputFiles('input[type=file]', path)
  await page.click('[data-upload]')
  await ready(page)
  return (await tasks(page))[0].id
}

const reload = async (page) => {
  await page.reload()
  await ready(page)
}

/** The upload succeeds under the id, and the server has the file once. */
async function assertStored(page, world, id, sha256) {
  await until(page, () => ['succeeded', 'failed'].includes(backgroundTasks.tasks()[0].state))
  const [task] = await tasks(page)
  assert.deepEqual([task.id, task.state, task.error], [id, 'succeeded', null])
  assert.deepEqual((await world.attachments()).map((it) => it.sha256), [sha256])
  await eventually(async () => (await parts(page)) === 0)
}

for (const [kind, query, place, init] of [
  ['form', '', ...PLACES[0]],
  ['resumable', 'uploads=resumable', ...PLACES[0]],
  ['resumable', 'uploads=resumable', ...PLACES[1]],
]) {
  test(`five reloads during a ${kind} upload cost no question, and the file arrives from ${place} as it is`, LIMIT, () => large(SIZE, async (path, sha256) => {
    const world = backend.world()
    // Slow enough that no attempt but the last one ends.
    await world.plan({ upload_bytes_per_second: 1_500_000 })
    const page = await start(world, query, { init })
    const id = await upload(page, path)
    await kept(page)
    for (let time = 1; time <= 5; time += 1) {
      await progressed(page, 2 + 3 * time)
      const last = (await tasks(page))[0].progress
      if (time === 5) await world.plan({})
      await reload(page)
      const [task] = await tasks(page)
      assert.ok(task.progress === null || task.progress >= last, `${task.progress} after ${last}`)
      assert.equal(task.state === 'failed', false)
      const rows = await page.locator(`[data-toast-id="${id}"][data-kind=error]`).count()
      assert.equal(rows, 0)
      // As a form it begins again, and shows no less than before until it is further.
      await eventually(async () => (await requests(world, kind === 'form' ? 'upload' : 'upload-part')).length > time)
    }
    await assertStored(page, world, id, sha256)
    if (kind === 'resumable') assert.equal((await requests(world, 'upload-create')).length, 1)
    const keys = (await requests(world, 'upload')).map((it) => it.idempotency_key)
    assert.ok(new Set(keys).size <= 1, `${keys}`)
    assert.equal(page.questions, 0)
    assert.deepEqual(page.problems, [])
    await page.context().close()
  }))
}

for (const [kind, query, first, last] of [
  ['form', '', 'upload', 'upload'],
  ['resumable', 'uploads=resumable', 'upload-create', 'upload-part'],
]) {
  for (const [phase, fault] of [
    ['before the first byte', { on: first, fault: 'stall' }],
    ['after the last byte', { on: last, when: 'after', fault: 'stall' }],
  ]) {
    test(`a reload ${phase} of a ${kind} upload continues it under its key`, LIMIT, () => large(SIZE, async (path, sha256) => {
      const world = backend.world()
      await world.faults(fault)
      const page = await start(world, query)
      const id = await upload(page, path)
      await eventually(async () => (await requests(world, fault.on)).length === 1)
      await kept(page)
      if (fault.when) await until(page, () => backgroundTasks.tasks()[0].progress === 99)
      await reload(page)
      await assertStored(page, world, id, sha256)
      const keys = (await requests(world, first)).map((it) => it.idempotency_key)
      assert.equal(new Set(keys).size, 1)
      assert.equal(page.questions, 0)
      await page.context().close()
    }))
  }
}

for (const end of ['closed', 'crashed']) {
  test(`when the uploading tab is ${end}, one of two others continues its upload within 10 s`, LIMIT, () => large(SIZE, async (path, sha256) => {
    const world = backend.world()
    await world.plan({ upload_bytes_per_second: 1_000_000 })
    const page = await start(world, 'uploads=resumable')
    const id = await upload(page, path)
    await kept(page)
    await progressed(page, 5)
    const others = []
    for (let number = 0; number < 2; number += 1) {
      const other = await page.context().newPage()
      await other.goto(page.url())
      await ready(other)
      others.push(other)
    }
    await world.plan({})
    const before = (await requests(world, 'upload-part')).length
    if (end === 'closed') {
      await page.close()
    } else {
      const session = await page.context().newCDPSession(page)
      session.send('Page.crash').catch(() => {})
    }
    await eventually(async () => (await requests(world, 'upload-part')).length > before, 10_000)
    for (const other of others) {
      await until(other, () => ['succeeded', 'failed'].includes(backgroundTasks.tasks()[0].state))
    }
    await assertStored(others[0], world, id, sha256)
    assert.deepEqual((await tasks(others[1])).map((task) => task.state), ['succeeded'])
    assert.equal((await requests(world, 'upload-create')).length, 1)
    await others[0].context().close()
  }))
}

test('a frozen tab keeps its upload until it is closed', LIMIT, () => large(SIZE, async (path, sha256) => {
  const world = backend.world()
  await world.faults({ on: 'upload', fault: 'stall' })
  const page = await start(world)
  const id = await upload(page, path)
  await kept(page)
  const other = await page.context().newPage()
  await other.goto(page.url())
  await ready(other)
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  // The other tab does all the rest.
  const job = await other.evaluate(() => backgroundTasks.startEmbeddingTask(7, 'Talk'))
  await until(other, (job) => backgroundTasks.tasks().some((task) => task.id === job && task.state === 'succeeded'), job)
  assert.equal((await requests(world, 'upload')).length, 1)
  await page.close()
  await eventually(async () => (await requests(world, 'upload')).length === 2, 10_000)
  await until(other, (id) => backgroundTasks.tasks().find((task) => task.id === id).state === 'succeeded', id)
  assert.deepEqual((await world.attachments()).map((it) => it.sha256), [sha256])
  await other.context().close()
}))

test('a disk that fills up ends the copy with one warning, and the upload goes on', LIMIT, () => large(SIZE, async (path, sha256) => {
  const world = backend.world()
  await world.plan({ upload_bytes_per_second: 2_500_000 })
  // The page is not told how much room there is.
  const page = await start(world, '', { init: () => { StorageManager.prototype.estimate = async () => ({}) } })
  const session = await page.context().newCDPSession(page)
  await session.send('Storage.overrideQuotaForOrigin', { origin: backend.address, quotaSize: 20_000_000 })
  const id = await upload(page, path)
  const isWarned = () => page.warnings.some((text) => text.includes('cannot be kept'))
  await eventually(isWarned)
  await assertStored(page, world, id, sha256)
  assert.equal(page.warnings.length, 1)
  assert.deepEqual(page.problems, [])
  await page.context().close()
}))

for (const [place, init] of PLACES) {
  for (const change of ['truncated', 'modified', 'removed']) {
    test(`a copy in ${place} that is ${change} is not sent: the upload is interrupted, and Retry asks for its file`, LIMIT, () => large(SIZE, async (path, sha256) => {
      const world = backend.world()
      await world.faults({ on: 'upload', fault: 'stall' })
      const page = await start(world, '', { init })
      const id = await upload(page, path)
      await kept(page)
      const url = page.url()
      // A page of the origin that does not use the copy.
      await page.goto(`${backend.address}/kept-files.js`)
      await damage(page, change)
      await page.goto(url)
      const card = page.locator(`[data-toast-id="${id}"][data-kind=error]`)
      await card.waitFor()
      assert.match(await card.locator('[data-description]').textContent(), /choose the file again/)
      assert.equal((await requests(world, 'upload')).length, 1)
      const chooser = page.waitForEvent('filechooser')
      await card.locator('[data-action]').click()
      await (await chooser).setFiles(path)
      await assertStored(page, world, id, sha256)
      await page.context().close()
    }))
  }
}

for (const [place, init] of PLACES) {
  test(`a copy in ${place} is deleted by Cancel and by forgetting everything`, LIMIT, () => large(SIZE, async (path) => {
    const world = backend.world()
    await world.faults({ on: 'upload', times: null, fault: 'stall' })
    const page = await start(world, '', { init })
    for (const end of ['cancel', 'forget']) {
      const id = await upload(page, path)
      await kept(page)
      assert.ok((await parts(page)) > 0)
      await page.evaluate(([end, id]) => backgroundTasks[end](id), [end, id])
      await eventually(async () => (await parts(page)) === 0)
      await page.reload()
      await page.waitForFunction(() => globalThis.backgroundTasks)
    }
    assert.deepEqual(page.problems, [])
    await page.context().close()
  }))
}

test('the list says that an upload continues after a reload, once it does', LIMIT, () => large(SIZE, async (path) => {
  const world = backend.world()
  await world.faults({ on: 'upload', fault: 'stall' })
  const page = await start(world)
  await upload(page, path)
  await page.locator('[data-tasks-indicator]').click()
  await page.locator('[data-task]', { hasText: 'continues after a reload' }).first().waitFor()
  await page.context().close()
}))

test('a page that keeps no files loads none of the code for it, and stores nothing', LIMIT, () => large(1_000_000, async (path) => {
  const world = backend.world()
  const loaded = []
  const page = await open(browser, backend.address, world.query)
  page.on('request', (request) => loaded.push(request.url()))
  await page.reload()
  await page.waitForFunction(() => globalThis.backgroundTasks)
  await upload(page, path)
  await until(page, () => backgroundTasks.tasks()[0].state === 'succeeded')
  assert.deepEqual(loaded.filter((url) => url.includes('kept-files')), [])
  assert.deepEqual(await page.evaluate(() => indexedDB.databases()), [])
  assert.deepEqual(await page.evaluate(async () => Array.fromAsync((await navigator.storage.getDirectory()).keys())), [])
  await page.context().close()
}))

test('the switch of the demo says what is stored and for how long', async () => {
  const page = await open(browser, backend.address, backend.world().query)
  const box = page.getByRole('checkbox', { name: /copy of each file in this browser until it is uploaded, at most 24 hours/ })
  assert.equal(await box.isChecked(), false)
  await box.click()
  await page.waitForURL(/keep=1/)
  await page.waitForFunction(() => globalThis.backgroundTasks)
  assert.equal(await box.isChecked(), true)
  await page.context().close()
})

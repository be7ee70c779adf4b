// Uploads that continue with a copy of their file, in each engine.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { large } from '../large-file.mjs'
import { eventually } from '../support.mjs'
import { openDemo, reload, withEngine, world } from './engine.mjs'

withEngine()

/** Two parts of a copy, and more than any buffer on the way takes in at once. */
const FILM = 12_000_000

const requests = async (w, operation) => (await w.requests()).filter((request) => request.operation === operation)
const asks = (page) => page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })))
const hasEnded = (page) => page.until(() => ['succeeded', 'failed'].includes(backgroundTasks.tasks()[0]?.state))

/** Uploads a file of the disk, and waits until its copy is complete. Returns the task's id. */
async function upload(page, path) {
  await page.click('button', 'Open storage')
  await page.click('[role=tab]', 'Upload')
  await page.setFiles('input[type=file]', path)
  await page.fill('input[name=title]', 'Film')
  await page.click('[data-upload]')
  await page.until(() => backgroundTasks.tasks()[0]?.progress >= 5)
  await eventually(async () => !(await asks(page)))
  return page.evaluate(() => backgroundTasks.tasks()[0].id)
}

async function assertStored(page, w, id, sha256) {
  await hasEnded(page)
  const [task] = await page.evaluate(() => backgroundTasks.tasks())
  assert.deepEqual([task.id, task.state, task.error], [id, 'succeeded', null])
  assert.deepEqual((await w.attachments()).map((stored) => [stored.sha256, stored.size]), [[sha256, FILM]])
}

for (const [kind, query] of [['form', ''], ['resumable', '&uploads=resumable']]) {
  test(`after a reload a ${kind} upload continues with the copy of its file`, () => large(FILM, async (path, sha256) => {
    const w = world()
    await w.plan({ upload_bytes_per_second: 200_000 })
    const page = await openDemo(`${w.query}&keep=1${query}`)
    const id = await upload(page, path)
    await w.plan({})
    await reload(page)
    await assertStored(page, w, id, sha256)
    assert.ok((await requests(w, kind === 'form' ? 'upload' : 'upload-part')).length >= 2)
    if (kind === 'resumable') assert.equal((await requests(w, 'upload-create')).length, 1)
  }))
}

test('when the uploading tab is closed, another one continues with the copy', () => large(FILM, async (path, sha256) => {
  const w = world()
  await w.plan({ upload_bytes_per_second: 200_000 })
  const other = await openDemo(`${w.query}&keep=1`)
  const page = await openDemo(`${w.query}&keep=1`)
  const id = await upload(page, path)
  await other.until(() => backgroundTasks.tasks()[0]?.state === 'uploading')
  await w.plan({})
  await page.close()
  await eventually(async () => (await requests(w, 'upload')).length >= 2)
  await assertStored(other, w, id, sha256)
}))

// Ways to give files to the storage dialog.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { backend, browser, eventually, open, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

let folder
before(async () => { folder = await mkdtemp(join(tmpdir(), 'files-')) })
after(() => rm(folder, { recursive: true, force: true }))

/** Opens the dialog in a world of its own. */
async function start() {
  const world = backend.world()
  const page = await open(browser, backend.address, world.query)
  page.stored = async () => (await world.attachments()).map(({ title }) => title)
  await page.getByRole('button', { name: 'Open storage' }).click()
  await page.locator('[data-drop-zone]').waitFor()
  return page
}

const file = async (name, text = 'content') => {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}

test('a file that could not be read can be chosen again, also under the same name', async () => {
  const page = await start()
  const path = await file('again.pdf')
  await page.setInputFiles('input[type=file]', path)
  await rm(path)
  await page.click('[data-upload]')
  await page.getByText('“again.pdf” cannot be read. Choose it again.').waitFor()
  await page.setInputFiles('input[type=file]', await file('again.pdf', 'other content'))
  await page.getByText('cannot be read').waitFor({ state: 'detached' })
  await page.click('[data-upload]')
  await eventually(async () => (await page.stored()).length === 1)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a file that is dropped beside the drop area does not replace the page', async () => {
  const page = await start()
  const prevented = (selector) => page.evaluate((selector) => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(['x'], 'a.pdf'))
    return ['dragover', 'drop'].map((name) => {
      const event = new DragEvent(name, { bubbles: true, cancelable: true, composed: true, dataTransfer })
      document.querySelector(selector).dispatchEvent(event)
      return event.defaultPrevented
    })
  }, selector)
  for (const selector of ['body', '[data-storage-dialog]', '[data-storage-dialog] h2', 'input[name=title]']) {
    assert.deepEqual(await prevented(selector), [true, true], selector)
  }
  // A file field of the page still takes files, and the page is its own when the dialog is closed.
  await page.evaluate(() => { document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'own' })) })
  assert.deepEqual(await prevented('#own'), [false, false])
  await page.keyboard.press('Escape')
  await page.locator('[data-storage-dialog]').waitFor({ state: 'hidden' })
  assert.deepEqual(await prevented('body'), [false, false])
  await page.context().close()
})

/** Drops files and folders on the drop area as the system does. */
async function drop(page, files) {
  const { x, y, width, height } = await page.locator('[data-drop-zone]').boundingBox()
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await session.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data })
  }
}

test('a folder that is dropped is named and left out, and the files beside it are uploaded', async () => {
  const page = await start()
  const talks = join(folder, 'talks')
  await mkdir(talks)
  await drop(page, [talks])
  const error = page.getByText('“talks” is a folder. Choose the files in it.')
  await error.waitFor()
  await page.getByText('Choose files', { exact: true }).waitFor()
  await drop(page, [await file('one.pdf'), talks])
  await page.getByText('one.pdf').waitFor()
  await error.waitFor()
  await page.click('[data-upload]')
  await eventually(async () => (await page.stored()).length === 1)
  assert.deepEqual(await page.stored(), ['one.pdf'])
  await page.context().close()
})

/** Pastes a picture, with or without text, at the element that has the focus. Returns whether it is taken. */
const paste = (page, text) => page.evaluate((text) => {
  const clipboardData = new DataTransfer()
  clipboardData.items.add(new File(['x'], 'shot.png', { type: 'image/png' }))
  if (text) clipboardData.setData('text/plain', text)
  const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, composed: true, clipboardData })
  document.activeElement.dispatchEvent(event)
  return event.defaultPrevented
}, text)

test('files are pasted into the open form, and elsewhere belong to the page', async () => {
  const page = await start()
  await page.evaluate(() => { document.body.append(Object.assign(document.createElement('textarea'), { id: 'own' })) })
  await page.locator('#own').focus()
  assert.equal(await paste(page), false)
  await page.locator('input[name=title]').focus()
  assert.equal(await paste(page, 'A table'), false)
  await page.locator('#own').evaluate((field) => field.remove())
  await page.locator('input[type=file]').focus()
  assert.equal(await paste(page), true)
  await page.locator('[data-drop-zone]', { hasText: 'shot.png' }).waitFor()
  await page.getByRole('tab', { name: 'Manage' }).click()
  assert.equal(await paste(page), false)
  await page.getByRole('tab', { name: 'Upload' }).click()
  await page.click('[data-upload]')
  await eventually(async () => (await page.stored()).length === 1)
  await page.context().close()
})

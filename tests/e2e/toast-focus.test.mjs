// Toasts and the focus: the hotkey, Escape, Tab, modal dialogs, and pausing by focus.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, pass, passUntil, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (options) => open(browser, backend.address, '', { virtual: true, ...options })
const show = (page, ...titles) => page.evaluate((titles) => {
  for (const title of titles) backgroundTasks.toast.info(title, { duration: Infinity })
}, titles)
const toasts = (page) => page.locator('[data-toast]:not([data-phase=exiting])')
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement
  const toast = element.closest('[data-toast]')
  if (!toast) return element.name || element.textContent || element.tagName
  const title = toast.querySelector('[data-title]').textContent
  return element === toast ? title : `${title}: ${element.getAttribute('aria-label') ?? element.textContent}`
})

test('the hotkey moves the focus to the front toast and back', async () => {
  const page = await start()
  const region = page.locator('[data-toaster]')
  assert.equal(await region.getAttribute('aria-keyshortcuts'), 'Alt+T')
  const opener = page.getByRole('button', { name: 'Open storage' })
  await opener.focus()
  await page.keyboard.press('Alt+KeyT')
  assert.equal(await focused(page), 'Open storage', 'without toasts the hotkey has no effect')
  await show(page, 'one', 'two')
  await toasts(page).nth(1).waitFor({ state: 'attached' })
  await page.keyboard.press('Alt+KeyT')
  assert.equal(await focused(page), 'two')
  assert.equal(await page.locator('[data-toast-list]').getAttribute('data-expanded'), 'true')
  await page.keyboard.press('Alt+KeyT')
  assert.equal(await focused(page), 'Open storage')
  await page.locator('[data-expanded=false]').waitFor({ state: 'attached' })
  await page.context().close()
})

test('the hotkey is ignored in text fields, with AltGr, and if it is changed or disabled', async () => {
  const page = await start()
  await show(page, 'one')
  await toasts(page).waitFor()
  await page.locator('.demo-notes').focus()
  await page.keyboard.press('Alt+KeyT')
  assert.equal(await focused(page), 'TEXTAREA')
  const opener = page.getByRole('button', { name: 'Open storage' })
  await opener.focus()
  await page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {
    code: 'KeyT', key: 'ŧ', altKey: true, modifierAltGraph: true, bubbles: true })))
  assert.equal(await focused(page), 'Open storage')
  await page.evaluate(() => backgroundTasks.toast.configure({ hotkey: 'Ctrl+Shift+N' }))
  await page.locator('[aria-keyshortcuts="Control+Shift+N"]').waitFor({ state: 'attached' })
  await page.keyboard.press('Alt+KeyT')
  assert.equal(await focused(page), 'Open storage')
  await page.keyboard.press('Control+Shift+KeyN')
  assert.equal(await focused(page), 'one')
  await page.evaluate(() => backgroundTasks.toast.configure({ hotkey: null }))
  await page.locator('[data-toaster]:not([aria-keyshortcuts])').waitFor({ state: 'attached' })
  await opener.focus()
  await page.keyboard.press('Control+Shift+KeyN')
  assert.equal(await focused(page), 'Open storage')
  await page.context().close()
})

test('Tab moves through the toasts and out of them, and a new toast takes no focus', async () => {
  const page = await start()
  await page.evaluate(() => {
    const after = document.createElement('button')
    after.textContent = 'after'
    document.body.append(after)
  })
  await page.locator('.demo-events').focus()
  await show(page, 'one', 'two')
  await toasts(page).nth(1).waitFor({ state: 'attached' })
  assert.match(await focused(page), /^The last 20 events/)
  const seen = []
  for (let presses = 0; presses < 5; presses += 1) {
    await page.keyboard.press('Tab')
    seen.push(await focused(page))
  }
  assert.deepEqual(seen, ['two', 'two: Close', 'one', 'one: Close', 'after'])
  await page.keyboard.press('Shift+Tab')
  assert.equal(await focused(page), 'one: Close')
  await page.context().close()
})

test('keyboard focus pauses a toast, and a click elsewhere keeps its focus', async () => {
  const page = await start()
  await page.evaluate(() => backgroundTasks.toast.success('Saved'))
  await toasts(page).waitFor()
  await page.locator('.demo-events').focus()
  await page.keyboard.press('Tab')
  assert.equal(await focused(page), 'Saved')
  await pass(page, 30_000, 1_000)
  assert.equal(await toasts(page).count(), 1)
  await page.locator('.demo-notes').click()
  assert.equal(await focused(page), 'TEXTAREA', 'the focus stays')
  await passUntil(page, async () => (await toasts(page).count()) === 0, 6_000)
  assert.equal(await focused(page), 'TEXTAREA')
  await page.context().close()
})

test('Escape closes only the focused toast; the focus moves to the next one, then back', async () => {
  const page = await start()
  await page.getByRole('button', { name: 'Open storage' }).focus()
  await show(page, 'one', 'two', 'three')
  await toasts(page).nth(2).waitFor({ state: 'attached' })
  await page.keyboard.press('Escape')
  assert.equal(await toasts(page).count(), 3)
  await page.keyboard.press('Alt+KeyT')
  await page.keyboard.press('Escape')
  assert.equal(await focused(page), 'two')
  await page.evaluate(() => backgroundTasks.toast.dismiss(backgroundTasks.toast.toasts().at(-1).id))
  await passUntil(page, async () => (await toasts(page).count()) === 1)
  assert.equal(await focused(page), 'two', 'another toast that closes does not move the focus')
  await page.keyboard.press('Escape')
  assert.equal(await focused(page), 'Open storage')
  await page.context().close()
})

test('after a button closes its toast, the focus returns to the opener', async () => {
  const page = await start()
  await page.getByRole('button', { name: 'Open storage' }).focus()
  await page.evaluate(() => backgroundTasks.toast.info('one', { action: { label: 'Do it', onClick() {} } }))
  await toasts(page).waitFor()
  await page.keyboard.press('Alt+KeyT')
  await page.keyboard.press('Tab')
  assert.equal(await focused(page), 'one: Do it')
  await page.keyboard.press('Enter')
  assert.equal(await focused(page), 'Open storage')
  await page.context().close()
})

test('a focused toast that becomes invisible passes the focus on and pauses no timer', async () => {
  for (const failures of [3, 9]) {
    const page = await start()
    await page.getByRole('button', { name: 'Open storage' }).focus()
    await page.evaluate(() => backgroundTasks.toast.loading('Working'))
    await toasts(page).waitFor()
    await page.keyboard.press('Alt+KeyT')
    assert.equal(await focused(page), 'Working')
    await page.evaluate((failures) => {
      for (let number = 0; number < failures; number += 1) backgroundTasks.toast.error(`Failure ${number}`)
    }, failures)
    await page.waitForFunction(() => document.activeElement.textContent.startsWith('Failure'), null, { polling: 20 })
    await page.keyboard.press('Alt+KeyT')
    assert.equal(await focused(page), 'Open storage')
    await pass(page, 10_500 * Math.ceil(failures / 3), 500)
    assert.equal(await toasts(page).count(), 1, 'the errors have timed out')
    await page.context().close()
  }
})

/** A page with an open modal dialog that contains a button. */
async function withModal(page) {
  await page.evaluate(() => {
    const dialog = document.createElement('dialog')
    dialog.id = 'modal'
    dialog.append(Object.assign(document.createElement('button'), { textContent: 'In the dialog' }))
    document.body.append(dialog)
    dialog.showModal()
  })
  return page.locator('#modal')
}

test('toasts above a modal dialog are visible, clickable and reachable by keyboard', async () => {
  const page = await start()
  await page.evaluate(() => {
    globalThis.clicks = []
    const toast = (id) => backgroundTasks.toast.error(`Failed ${id}`, { id, duration: Infinity,
      action: { label: `Retry ${id}`, closes: false, onClick: () => clicks.push(id) } })
    toast('before')
    globalThis.showAnother = () => toast('during')
  })
  await toasts(page).waitFor()
  const dialog = await withModal(page)
  await page.evaluate(() => showAnother())
  await toasts(page).nth(1).waitFor({ state: 'attached' })
  await pass(page, 500)
  await page.locator('[data-front=true]').hover()
  await pass(page, 500)
  await page.getByRole('button', { name: 'Retry before' }).click()
  await page.getByRole('button', { name: 'Retry during' }).click()
  assert.deepEqual(await page.evaluate(() => clicks), ['before', 'during'])
  assert.ok(await dialog.evaluate((dialog) => dialog.open), 'a click on a toast does not close the dialog')
  const box = await page.locator('[data-front=true]').boundingBox()
  assert.ok(Math.abs(1280 - box.x - box.width - 24) < 1 && Math.abs(800 - box.y - box.height - 24) < 1, 'the toast is in the corner of the page')
  await page.mouse.move(10, 10)
  await page.getByRole('button', { name: 'In the dialog' }).focus()
  await page.keyboard.press('Alt+KeyT')
  assert.equal(await focused(page), 'Failed during')
  await page.keyboard.press('Escape')
  assert.equal(await focused(page), 'Failed before')
  assert.ok(await dialog.evaluate((dialog) => dialog.open), 'Escape closes only the toast')
  await page.keyboard.press('Escape')
  assert.equal(await focused(page), 'In the dialog')
  await page.keyboard.press('Escape')
  assert.equal(await dialog.evaluate((dialog) => dialog.open), false)
  await page.context().close()
})

test('toasts move to the topmost dialog, and back when dialogs close or are removed', async () => {
  const page = await start()
  await show(page, 'one')
  await toasts(page).waitFor()
  const parent = () => page.evaluate(() => document.querySelector('[data-toaster]').closest('dialog')?.id ?? null)
  const follows = (id) => page.waitForFunction((id) => (document.querySelector('[data-toaster]')?.closest('dialog')?.id ?? null) === id, id, { polling: 20 })
  await withModal(page)
  await follows('modal')
  await page.evaluate(() => {
    const upper = document.createElement('dialog')
    upper.id = 'upper'
    document.body.prepend(upper)
    upper.showModal()
  })
  await follows('upper')
  await page.evaluate(() => document.querySelector('#upper').close())
  await follows('modal')
  await page.evaluate(() => document.querySelector('#modal').remove())
  await follows(null)
  assert.equal(await parent(), null)
  assert.equal(await toasts(page).isVisible(), true)
  await page.evaluate(() => { document.querySelector('#upper').show() })
  assert.equal(await parent(), null, 'toasts do not move into a dialog that is not modal')
  assert.equal(await page.locator('[data-toaster]').count(), 1)
  await page.context().close()
})

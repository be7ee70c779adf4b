// Toasts and the focus in virtual time: when the hotkey is ignored, pausing, and toasts that become invisible.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, pass, passUntil, withBackendAndBrowser } from './support.mjs'
import { focused } from './toast-support.mjs'

withBackendAndBrowser()

const start = (options) => open(browser, backend.address, '', { virtual: true, ...options })
const show = (page, ...titles) => page.evaluate((titles) => {
  for (const title of titles) backgroundTasks.toast.info(title, { duration: Infinity })
}, titles)
const toasts = (page) => page.locator('[data-toast]:not([data-phase=exiting])')

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

test('a toast keeps the focus while those on both sides of it close', async () => {
  const page = await start()
  await show(page, 'one', 'two', 'three')
  await page.waitForFunction(() => document.querySelectorAll('[data-toast]').length === 3)
  await page.locator('[data-toast]', { hasText: 'two' }).focus()
  assert.equal(await focused(page), 'two')
  await page.evaluate(() => {
    for (const { id, title } of backgroundTasks.toast.toasts()) if (title !== 'two') backgroundTasks.toast.dismiss(id)
  })
  await passUntil(page, async () => (await page.locator('[data-toast]').count()) === 1)
  assert.equal(await focused(page), 'two')
  await page.context().close()
})

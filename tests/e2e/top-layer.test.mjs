// Toasts stay visible and usable whatever the page shows above its content, and in small windows.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, close, withBarePage } from './bare.mjs'

withBarePage()

const show = (page, title, options = {}) => page.evaluate(([title, options]) => {
  globalThis.retries ??= []
  const action = { label: 'Retry', closes: false, onClick: () => retries.push(title) }
  tasks.toast.error(title, { duration: Infinity, action, ...options })
}, [title, options])

const retry = (page, title) => page.locator('[data-toast]', { hasText: title }).locator('[data-action]').click()
const retries = (page) => page.evaluate(() => retries)

test('toasts can be used above a full-screen element, and after it', async () => {
  const page = await bare({})
  await show(page, 'one')
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('afterbegin', '<main><button id="expand">Full screen</button></main>')
    document.querySelector('#expand').onclick = () => document.querySelector('main').requestFullscreen()
  })
  await page.click('#expand')
  await page.locator('main:fullscreen [data-action]').click()
  await show(page, 'two')
  await retry(page, 'two')
  await page.evaluate(() => document.exitFullscreen())
  await page.locator('body > [data-background-tasks] [data-action]').first().waitFor()
  await retry(page, 'two')
  assert.deepEqual(await retries(page), ['one', 'two', 'two'])
  await close(page)
})

for (const position of ['bottom-right', 'top-left']) {
  test(`an expanded stack at ${position} that is taller than the window can be scrolled, and the focus is visible`, async () => {
    const viewport = { width: 667, height: 375 }
    const page = await bare({ position }, { viewport, reducedMotion: 'reduce' })
    const description = 'A long reason that fills several lines. '.repeat(4)
    for (const title of ['one', 'two', 'three']) await show(page, title, { description })
    await page.locator('[data-toast]').nth(2).waitFor({ state: 'attached' })
    await page.keyboard.press('Alt+KeyT')
    await page.locator('[data-overflows]').waitFor()
    const list = await page.locator('[data-toast-list]').boundingBox()
    assert.ok(list.y >= 23 && list.y + list.height <= 352, JSON.stringify(list))
    for (const button of await page.locator('[data-toast] button').all()) {
      await page.keyboard.press('Tab')
      if (!(await button.evaluate((one) => one.matches(':focus')))) await page.keyboard.press('Tab')
      assert.ok(await button.evaluate((one) => one.matches(':focus')))
      const { y, height } = await button.boundingBox()
      assert.ok(y >= list.y && y + height <= list.y + list.height, `${y} to ${y + height}`)
    }
    // A wheel scrolls the stack, also if the page forbids that elsewhere.
    await page.evaluate(() => document.addEventListener('wheel', (event) => event.preventDefault(), { passive: false }))
    const top = () => page.locator('[data-toast-list]').evaluate((list) => list.scrollTop)
    const before = await top()
    await page.mouse.move(list.x + 50, list.y + 100)
    await page.mouse.wheel(0, before > 0 ? -100 : 100)
    await page.waitForFunction((before) => document.querySelector('[data-background-tasks]').shadowRoot
      .querySelector('[data-toast-list]').scrollTop !== before, before)
    await page.setViewportSize({ width: 667, height: 1000 })
    await page.locator('[data-overflows]').waitFor({ state: 'detached' })
    await close(page)
  })
}

test('an expanded stack that fits is not a scroll container', async () => {
  const page = await bare({ visibleToasts: 3 }, { reducedMotion: 'reduce' })
  for (const title of ['one', 'two', 'three', 'four']) await show(page, title)
  await page.locator('[data-toast]').nth(3).waitFor({ state: 'attached' })
  await page.keyboard.press('Alt+KeyT')
  await page.locator('[data-expanded=true]').waitFor()
  const overflow = await page.locator('[data-toast-list]').evaluate((list) => [getComputedStyle(list).overflow, list.dataset.overflows])
  assert.deepEqual(overflow, ['visible', undefined])
  await close(page)
})

/** Lets a test set the size of the visual viewport, as an on-screen keyboard does. */
function withKeyboard() {
  globalThis.visible = null
  for (const name of ['height', 'offsetTop', 'scale']) {
    const { get } = Object.getOwnPropertyDescriptor(VisualViewport.prototype, name)
    Object.defineProperty(VisualViewport.prototype, name, { get() { return visible?.[name] ?? get.call(this) } })
  }
  globalThis.setVisible = (value) => {
    visible = value
    visualViewport.dispatchEvent(new Event('resize'))
  }
}

test('toasts are above the on-screen keyboard, and a page that is zoomed moves none', async () => {
  const page = await bare({}, { viewport: { width: 360, height: 640 }, init: withKeyboard, reducedMotion: 'reduce' })
  await show(page, 'below')
  await show(page, 'above', { position: 'top-center' })
  await page.locator('[data-toast]').nth(1).waitFor()
  const edges = () => page.locator('[data-toast]').evaluateAll((toasts) => toasts.map((toast) => {
    const { top, bottom } = toast.getBoundingClientRect()
    return toast.closest('[data-position^=top]') ? top : bottom
  }).sort((one, other) => one - other))
  const at = { nothing: [16, 624], keyboard: [16, 284], scrolled: [56, 324] }
  assert.deepEqual(await edges(), at.nothing)
  for (const [visible, expected] of [
    [{ height: 300 }, at.keyboard],
    [{ height: 300, offsetTop: 40 }, at.scrolled],
    [null, at.nothing],
    [{ height: 320, scale: 2, offsetTop: 100 }, at.nothing],
  ]) {
    await page.evaluate((visible) => setVisible(visible), visible)
    assert.deepEqual(await edges(), expected)
  }
  await close(page)
})

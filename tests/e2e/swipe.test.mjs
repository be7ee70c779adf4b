// Swiping toasts by mouse and finger, and gestures that are not swipes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, pass, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

/** A page with one toast and a paused clock. */
async function pageWith(kind, options = {}, { query = '', hasTouch = false } = {}) {
  const page = await open(browser, backend.address, query, { virtual: true, hasTouch })
  await show(page, kind, { id: 'one', ...options })
  await pass(page, 500)
  return page
}

/** A page with a second toast in front, which times out. */
async function pageWithTwo() {
  const page = await pageWith('loading')
  await show(page, 'success', { id: 'two' })
  await pass(page, 500)
  return page
}

function show(page, kind, options) {
  return page.evaluate(([kind, options]) => {
    globalThis.closeReasons ??= []
    const onClose = (reason) => closeReasons.push([options.id, reason])
    backgroundTasks.toast[kind]('A title to be read', { description: 'And a line below it', onClose, ...options })
  }, [kind, options])
}

const item = (page, id = 'one') => page.locator(`[data-toast-id="${id}"]`)
const closed = (page) => page.evaluate(() => globalThis.closeReasons)

/** A point where a mouse can swipe the toast: on its padding, outside of the text. */
async function corner(page, id = 'one') {
  const box = await item(page, id).boundingBox()
  return { x: box.x + 6, y: box.y + box.height / 2 }
}

/** Drags by `(x, y)` within a number of milliseconds of page time. */
async function drag(page, from, [x, y], milliseconds = 1_000) {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  for (let step = 1; step <= 10; step += 1) {
    await page.clock.runFor(milliseconds / 10)
    await page.mouse.move(from.x + (x * step) / 10, from.y + (y * step) / 10)
  }
}

test('a swipe in another direction, or too short and slow, does not dismiss the toast', async () => {
  const page = await pageWith('loading')
  const place = await item(page).boundingBox()
  for (const [by, milliseconds] of [[[-200, 0], 50], [[0, -200], 50], [[40, 0], 2_000]]) {
    await drag(page, await corner(page), by, milliseconds)
    assert.notDeepEqual(await item(page).boundingBox(), place, `dragged by ${by}`)
    await page.mouse.up()
    await page.waitForFunction((x) => document.querySelector('[data-toast]').getBoundingClientRect().x === x, place.x)
    assert.deepEqual(await closed(page), [])
    await page.mouse.move(5, 5)
  }
  await page.context().close()
})

test('swipe directions can be configured, also to none', async () => {
  const page = await pageWith('loading')
  await page.evaluate(() => backgroundTasks.toast.configure({ swipeDirections: [] }))
  await drag(page, await corner(page), [200, 0])
  await page.mouse.up()
  await pass(page, 500)
  assert.deepEqual(await closed(page), [])
  await page.evaluate(() => backgroundTasks.toast.configure({ swipeDirections: ['up'] }))
  await drag(page, await corner(page), [0, -60])
  await page.mouse.up()
  assert.deepEqual(await closed(page), [['one', 'swipe']])
  await page.context().close()
})

test('a flick dismisses a toast', async () => {
  const page = await pageWith('loading')
  await drag(page, await corner(page), [20, 0], 50)
  await page.mouse.up()
  assert.deepEqual(await closed(page), [['one', 'swipe']])
  await page.context().close()
})

test('a toast that is not dismissible cannot be swiped', async () => {
  const page = await pageWith('success', { dismissible: false, duration: Infinity })
  await drag(page, await corner(page), [200, 0], 50)
  await page.mouse.up()
  await pass(page, 500)
  assert.equal(await item(page).getAttribute('data-phase'), 'shown')
  await page.context().close()
})

test('pointercancel returns the toast to its place, and its timer continues', async () => {
  const page = await pageWith('success')
  await drag(page, await corner(page), [40, 0], 500)
  await item(page).evaluate((toast) => toast.dispatchEvent(new PointerEvent('pointercancel', { bubbles: true, pointerId: 1 })))
  assert.equal(await item(page).getAttribute('data-swiping'), null)
  await page.mouse.up()
  await page.mouse.move(5, 5)
  await pass(page, 5_000)
  assert.deepEqual(await closed(page), [['one', 'timeout']])
  await page.context().close()
})

test('releasing the pointer outside of a toast resumes the timers', async () => {
  const page = await pageWithTwo()
  const from = await corner(page, 'two')
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(5, 5, { steps: 5 })
  await page.mouse.up()
  await pass(page, 5_500)
  assert.deepEqual(await closed(page), [['two', 'timeout']])
  await page.context().close()
})

test('removing a toast during a swipe resumes the timers', async () => {
  const page = await pageWithTwo()
  await drag(page, await corner(page, 'two'), [-30, 0], 100)
  await show(page, 'success', { id: 'three' })
  await page.evaluate(() => backgroundTasks.toast.dismiss('two'))
  await pass(page, 300)
  await page.mouse.move(5, 5)
  await page.mouse.up()
  await pass(page, 5_500)
  assert.deepEqual(await closed(page), [['two', 'api'], ['three', 'timeout']])
  await page.context().close()
})

test('a swiped toast that is shown again is in its place', async () => {
  const page = await pageWith('loading')
  const place = await item(page).boundingBox()
  await drag(page, await corner(page), [60, 0])
  await page.mouse.up()
  await show(page, 'success', { id: 'one', duration: Infinity })
  await page.mouse.move(5, 5)
  await pass(page, 500)
  await page.waitForFunction((x) => document.querySelector('[data-toast]').getBoundingClientRect().x === x, place.x)
  assert.equal(await item(page).getAttribute('data-phase'), 'shown')
  await page.context().close()
})

test('a finger swipes from anywhere on the toast', async () => {
  const page = await pageWith('loading', {}, { hasTouch: true })
  const box = await page.locator('[data-title]').boundingBox()
  const at = (x) => [{ x: box.x + 20 + x, y: box.y + 5 }]
  const session = await page.context().newCDPSession(page)
  const touch = (type, touchPoints) => session.send('Input.dispatchTouchEvent', { type, touchPoints })
  await touch('touchStart', at(0))
  for (let x = 6; x <= 60; x += 6) {
    await page.clock.runFor(50)
    await touch('touchMove', at(x))
  }
  await touch('touchEnd', [])
  assert.deepEqual(await closed(page), [['one', 'swipe']])
  await page.context().close()
})

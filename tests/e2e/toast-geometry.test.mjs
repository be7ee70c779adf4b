// The geometry of toasts: growing toasts, and the edges of the page.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, pass, withBackendAndBrowser } from './support.mjs'
import { addThree } from './toast-support.mjs'

withBackendAndBrowser()

const start = (options) => open(browser, backend.address, '', { virtual: true, reducedMotion: 'reduce', ...options })
const boxes = (page, selector = '[data-toast][data-visible=true]') =>
  page.locator(selector).evaluateAll((toasts) => toasts.map((toast) => toast.getBoundingClientRect().toJSON()))
const near = (one, other, what) => assert.ok(Math.abs(one - other) < 0.6, `${what}: ${one} is not ${other}`)

/** Shows toasts of three heights at a position: low, high, medium; the last one is in front. */
async function showThree(page, position) {
  await addThree(page, position)
  await page.locator('[data-toast]').nth(2).waitFor({ state: 'attached' })
  await pass(page, 500)
}

test('a toast that grows moves the toasts behind it', async () => {
  const page = await start()
  await showThree(page, 'top-left')
  await page.locator('[data-front=true]').hover()
  await page.evaluate(() => {
    const [{ id }] = backgroundTasks.toast.toasts()
    backgroundTasks.toast.update(id, { description: 'one\ntwo\nthree' })
  })
  await page.getByText('one two three', { exact: true }).waitFor()
  await page.evaluate(() => document.body.offsetHeight)
  const [front, second] = await boxes(page)
  near(second.top - front.bottom, 14, 'gap')
  await page.context().close()
})

test('on a narrow page a toast fills the width, 16 px from each edge', async () => {
  for (const width of [375, 320]) {
    const page = await start({ viewport: { width, height: 700 } })
    await showThree(page, 'bottom-left')
    const [front] = await boxes(page)
    near(front.left, 16, 'left')
    near(width - front.right, 16, 'right')
    near(700 - front.bottom, 16, 'bottom')
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
    await page.context().close()
  }
})

test('gap and insets can be configured, per edge and separately for narrow pages', async () => {
  const page = await start()
  await page.evaluate(() => backgroundTasks.toast.configure({
    gap: 30, offset: { bottom: 100, right: 50 }, mobileOffset: 4, expand: true,
  }))
  await showThree(page, 'bottom-right')
  const [front, second] = await boxes(page)
  near(800 - front.bottom, 100, 'bottom')
  near(1280 - front.right, 50, 'right')
  near(front.top - second.bottom, 30, 'gap')
  await page.setViewportSize({ width: 400, height: 700 })
  const [narrow] = await boxes(page)
  near(narrow.left, 4, 'left')
  near(700 - narrow.bottom, 4, 'bottom')
  await page.context().close()
})

test('a line at the edge counts invisible toasts, opens the task list and does not move', async () => {
  const page = await start()
  await page.evaluate(() => {
    for (let number = 0; number < 30; number += 1) backgroundTasks.startEmbeddingTask(number, `file ${number}`)
    backgroundTasks.toast.error('It broke', { id: 'failure', duration: Infinity })
  })
  const line = page.getByRole('button', { name: '+ 28 more' })
  await line.waitFor()
  assert.equal(await page.locator('[data-toast]').count(), 4, 'one invisible toast is rendered')
  assert.equal(await page.locator('[data-toast-id=failure]').getAttribute('data-visible'), 'true')
  const before = await line.boundingBox()
  await line.hover()
  await page.locator('[data-expanded=true]').waitFor()
  assert.deepEqual(await line.boundingBox(), before)
  await line.click()
  await page.locator('[data-task-list] [data-task]').nth(29).waitFor()
  assert.ok(await page.evaluate(() => document.querySelector('[part=panel]').contains(document.activeElement)))
  await page.keyboard.press('Escape')
  assert.equal(await page.locator('[data-task-list]').count(), 0)
  await page.context().close()
})

test('invisible toasts are inert and skipped by Tab', async () => {
  const page = await start()
  await page.evaluate(() => {
    for (let number = 0; number < 6; number += 1) backgroundTasks.toast.info(`Toast ${number}`, { duration: 1500 })
  })
  await page.locator('[data-toast]').nth(3).waitFor({ state: 'attached' })
  const unseen = page.locator('[data-toast][data-visible=false]')
  assert.equal(await unseen.count(), 1)
  assert.ok(await unseen.evaluate((toast) => toast.inert))
  await pass(page, 1_800)
  assert.equal(await page.locator('[data-toast][data-visible=true]').count(), 3, 'the timers of the others start now')
  await pass(page, 1_800)
  assert.equal(await page.locator('[data-toast]').count(), 0)
  await page.context().close()
})

test('with right-to-left text, the content is mirrored and the corner stays', async () => {
  for (const query of ['dir=rtl', '']) {
    const page = await open(browser, backend.address, query, { virtual: true, reducedMotion: 'reduce' })
    if (!query) await page.evaluate(() => backgroundTasks.toast.configure({ dir: 'rtl' }))
    await page.evaluate(() => backgroundTasks.toast.loading('Working', { progress: 25 }))
    await pass(page, 1_000)
    const [front] = await boxes(page)
    near(1280 - front.right, 24, 'right')
    const close = await page.locator('[data-close]').boundingBox()
    assert.ok(close.x < front.left + 40, 'the close button is at the left')
    const origin = await page.locator('[role=progressbar] > *').evaluate((bar) => getComputedStyle(bar).transformOrigin)
    near(parseFloat(origin), front.width, 'the bar grows from the right')
    await page.context().close()
  }
})

test("the direction of a toaster overrides that of the page", async () => {
  const page = await open(browser, backend.address, 'dir=rtl', { virtual: true })
  await page.evaluate(() => {
    backgroundTasks.toast.configure({ dir: 'ltr' })
    backgroundTasks.toast.info('Hello')
  })
  await page.locator('[data-toast]').waitFor()
  assert.equal(await page.locator('[data-toast]').evaluate((toast) => getComputedStyle(toast).direction), 'ltr')
  await page.context().close()
})

test('at 200 % zoom everything stays on the page', async () => {
  const page = await start({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 })
  await page.evaluate(() => {
    const button = { label: 'Do it now', onClick() {} }
    backgroundTasks.toast.error('Processing failed: talk.mp4', {
      description: 'The server ran out of space. Try again later, or choose a smaller file.', action: button, cancel: button,
    })
  })
  await pass(page, 500)
  for (const part of ['[data-toast]', '[data-action]', '[data-cancel]', '[data-close]']) {
    const box = await page.locator(part).boundingBox()
    assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= 640 && box.y + box.height <= 400, part)
  }
  await page.context().close()
})

test('a long title shows its percentage', async () => {
  const page = await start({ viewport: { width: 375, height: 700 } })
  await page.evaluate(() => backgroundTasks.toast.loading(`Uploading: ${'long-name-'.repeat(20)}.mp4 (45%)`, { progress: 45 }))
  const title = page.locator('[data-title]')
  await title.waitFor()
  assert.ok(await title.evaluate((title) => title.scrollHeight <= title.clientHeight), 'nothing is clipped')
  await page.context().close()
})

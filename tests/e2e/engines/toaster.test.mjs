// Toasts in each engine: geometry, pointer, keyboard, focus, colours, and what the page shows above its content.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDemo, withEngine } from './engine.mjs'
import { addThree, focused } from '../toast-support.mjs'

withEngine()

const TOAST = '[data-toast]:not([data-phase=exiting])'
const near = (one, other, what) => assert.ok(Math.abs(one - other) < 0.6, `${what}: ${one} is not ${other}`)
/** The width of the page, without a scrollbar that takes space. */
const width = (page) => page.evaluate(() => document.documentElement.clientWidth)
const show = (page, ...titles) => page.evaluate((titles) => {
  for (const title of titles) backgroundTasks.toast.info(title, { duration: Infinity, id: title })
}, titles)
const isFocused = (page, name) => page.until((name) => focused().textContent.includes(name), name)

/** Waits until no animation or transition of a toast runs. */
const still = (page) => page.until(() => findAll('[data-toast]').every((toast) => toast.dataset.phase === 'shown' &&
  toast.getAnimations({ subtree: true }).every(({ effect }) => effect.getComputedTiming().iterations === Infinity)))

/** Shows toasts of three heights: low, high, medium; the last one is in front. */
async function showThree(page, position) {
  await addThree(page, position)
  await page.until(() => findAll('[data-toast][data-phase=shown]').length === 3)
  await still(page)
  return page.boxes('[data-toast][data-visible=true]')
}

test('a stack is 24 px from its corner, each toast 5 % narrower and 14 px behind the previous one', async () => {
  const page = await openDemo()
  const [front, second, third] = await showThree(page, 'bottom-right')
  near(front.width, 356, 'width')
  near(800 - front.bottom, 24, 'below')
  near((await width(page)) - front.right, 24, 'right')
  near(second.width, 338.2, 'second width')
  near(third.width, 320.4, 'third width')
  near(front.top - second.top, 14, 'second')
  near(front.top - third.top, 28, 'third')
  for (const behind of [second, third]) assert.ok(behind.bottom <= front.bottom + 0.1, 'a taller toast is clipped')
})

test('in an expanded stack, toasts of any height are 14 px apart, and hovering the gap keeps it expanded', async () => {
  const page = await openDemo()
  await showThree(page, 'bottom-right')
  await page.hover('[data-front=true]')
  await page.waitFor('[data-expanded=true]')
  await still(page)
  const [front, second, third] = await page.boxes('[data-toast]')
  near(front.top - second.bottom, 14, 'first gap')
  near(second.top - third.bottom, 14, 'second gap')
  assert.ok(second.height > front.height && third.height < front.height)
  await page.move(front.x + 100, front.top - 7)
  await page.frame()
  assert.equal(await page.attribute('[data-toast-list]', 'data-expanded'), 'true')
  await page.move(10, 10)
  await page.waitFor('[data-expanded=false]')
})

test('each position is at its edges, and its stack grows away from them', async () => {
  const page = await openDemo()
  for (const [position, edges] of [
    ['top-left', { left: 24, top: 24 }], ['top-center', { top: 24 }], ['top-right', { right: 24, top: 24 }],
    ['bottom-left', { left: 24, bottom: 24 }], ['bottom-center', { bottom: 24 }], ['bottom-right', { right: 24, bottom: 24 }],
  ]) {
    const [front, second] = await showThree(page, position)
    const distances = { left: front.left, top: front.top, right: (await width(page)) - front.right, bottom: 800 - front.bottom }
    for (const [edge, distance] of Object.entries(edges)) near(distances[edge], distance, `${position}, ${edge}`)
    if (position.endsWith('center')) near(distances.left, distances.right, 'centre')
    if (position.startsWith('top')) near(second.bottom - front.bottom, 14, 'peek')
    else near(front.top - second.top, 14, 'peek')
    await page.evaluate(() => backgroundTasks.toast.dismiss())
    await page.waitUntilGone('[data-toast]')
  }
})

test('a toast times out unless it is hovered or has the focus', async () => {
  const page = await openDemo()
  await page.evaluate(() => {
    globalThis.closeReasons = []
    const onClose = (reason) => closeReasons.push(reason)
    backgroundTasks.toast.success('Saved', { id: 'save', duration: 1_500, onClose })
  })
  await page.focus('button', 'Open storage')
  await page.hover('[data-toast-id=save]')
  // Another one that is shown later times out first.
  const timesOut = () => page.evaluate(() => new Promise((resolve) =>
    backgroundTasks.toast.info('Elsewhere', { position: 'top-left', duration: 1_600, onClose: resolve })))
  assert.equal(await timesOut(), 'timeout')
  assert.deepEqual(await page.evaluate(() => closeReasons), [])
  await page.press('Alt+t')
  await isFocused(page, 'Saved')
  await page.move(10, 10)
  assert.equal(await timesOut(), 'timeout')
  assert.deepEqual(await page.evaluate(() => closeReasons), [])
  await page.press('Alt+t')
  await page.until(() => closeReasons.length === 1)
  assert.deepEqual(await page.evaluate(() => closeReasons), ['timeout'])
})

test('the hotkey moves the focus to the front toast and back', async () => {
  const page = await openDemo()
  assert.equal(await page.attribute('[data-toaster]', 'aria-keyshortcuts'), 'Alt+T')
  await page.focus('button', 'Open storage')
  await page.press('Alt+t')
  assert.equal(await focused(page), 'Open storage', 'without toasts the hotkey has no effect')
  await show(page, 'one', 'two')
  await page.until(() => findAll('[data-toast]').length === 2)
  await page.press('Alt+t')
  assert.equal(await focused(page), 'two')
  await page.waitFor('[data-expanded=true]')
  await page.press('Alt+t')
  assert.equal(await focused(page), 'Open storage')
  await page.waitFor('[data-expanded=false]')
})

test('Tab moves through the toasts and out of them, and a new toast takes no focus', async () => {
  const page = await openDemo()
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('button'), { textContent: 'after' }))
  })
  await page.focus('.demo-events')
  await show(page, 'one', 'two')
  await page.until(() => findAll('[data-toast]').length === 2)
  assert.match(await focused(page), /^The last 20 events/)
  const seen = []
  for (let presses = 0; presses < 5; presses += 1) {
    await page.press('Tab')
    seen.push(await focused(page))
  }
  assert.deepEqual(seen, ['two', 'two: Close', 'one', 'one: Close', 'after'])
  await page.press('Shift+Tab')
  assert.equal(await focused(page), 'one: Close')
})

test('Escape closes only the focused toast; the focus moves to the next one, then back', async () => {
  const page = await openDemo()
  await page.focus('button', 'Open storage')
  await show(page, 'one', 'two', 'three')
  await page.until(() => findAll('[data-toast]').length === 3)
  await page.press('Escape')
  assert.equal(await page.count(TOAST), 3)
  await page.press('Alt+t')
  await page.press('Escape')
  assert.equal(await focused(page), 'two')
  await page.evaluate(() => backgroundTasks.toast.dismiss('one'))
  await page.until(() => findAll('[data-toast]').length === 1)
  assert.equal(await focused(page), 'two', 'another toast that closes does not move the focus')
  await page.press('Escape')
  assert.equal(await focused(page), 'Open storage')
})

test('after a button closes its toast, the focus returns to the opener', async () => {
  const page = await openDemo()
  await page.focus('button', 'Open storage')
  await page.evaluate(() => backgroundTasks.toast.info('one', { action: { label: 'Do it', onClick() {} } }))
  await page.waitFor(TOAST)
  await page.press('Alt+t')
  await page.press('Tab')
  assert.equal(await focused(page), 'one: Do it')
  await page.press('Enter')
  assert.equal(await focused(page), 'Open storage')
})

/** Shows a toast, records why it closes, and returns a point on its padding, where a mouse can swipe it by `(dx, dy)`. */
async function swipeable(page, position = 'bottom-right', [dx, dy] = [0, 0]) {
  await page.evaluate((position) => {
    globalThis.closeReasons = []
    backgroundTasks.toast.loading('A title to be read', { id: 'one', position, description: 'And a line below it',
      onClose: (reason) => closeReasons.push(reason) })
  }, position)
  await page.middle('[data-toast-id=one]')
  const [{ left, right, top, bottom }] = await page.boxes('[data-toast-id=one]')
  return [Math.round(dx < 0 ? right - 6 : left + 6), Math.round(dy > 0 ? top + 8 : bottom - 8)]
}
const closed = (page) => page.evaluate(() => closeReasons)

test('a swipe in a direction of its position dismisses a toast', async () => {
  const page = await openDemo()
  for (const [position, by] of [
    ['bottom-right', [60, 0]],
    ['bottom-right', [0, 60]],
    ['bottom-left', [-60, 0]],
    ['top-left', [0, -60]],
    ['top-center', [0, -60]],
  ]) {
    await page.drag(await swipeable(page, position, by), by)
    assert.equal(await page.attribute('[data-toast-id=one]', 'data-swiping'), 'true', `${position} ${by}`)
    await page.release()
    await page.waitUntilGone('[data-toast]')
    assert.deepEqual(await closed(page), ['swipe'], `${position} ${by}`)
  }
})

test('a swipe in another direction, or one that ends where it began, does not dismiss the toast', async () => {
  const page = await openDemo()
  const from = await swipeable(page)
  const [place] = await page.boxes('[data-toast]')
  for (const by of [[-200, 0], [0, -200]]) {
    await page.drag(from, by)
    assert.notDeepEqual(await page.boxes('[data-toast]'), [place], `dragged by ${by}`)
    await page.release()
    await page.until((x) => find('[data-toast]').getBoundingClientRect().x === x, place.x)
    assert.deepEqual(await closed(page), [])
    await page.move(5, 5)
  }
  await page.drag(from, [40, 0])
  await page.move(...from)
  await page.frame()
  await page.release()
  await page.until((x) => find('[data-toast]').getBoundingClientRect().x === x, place.x)
  assert.deepEqual(await closed(page), [])
})

test('a mouse selects text horizontally, and the toast stays', async () => {
  const page = await openDemo()
  await swipeable(page)
  const [{ x, y, height }] = await page.boxes('[data-toast] [data-title]')
  await page.drag([Math.round(x) + 1, Math.round(y + height / 2)], [90, 0])
  await page.release()
  assert.match(await page.evaluate(() => getSelection().toString()), /^A title/)
  assert.equal(await page.attribute('[data-toast]', 'data-phase'), 'shown')
})

test('a press on a button that moves a little is still a click', async () => {
  const page = await openDemo()
  await page.evaluate(() => {
    globalThis.clicks = 0
    backgroundTasks.toast.error('Failed', { duration: Infinity, action: { label: 'Retry', onClick: () => (clicks += 1) } })
  })
  await page.middle('[data-action]')
  const [{ x, y }] = await page.boxes('[data-action]')
  await page.drag([Math.round(x) + 4, Math.round(y) + 8], [12, 0])
  await page.release()
  assert.equal(await page.evaluate(() => clicks), 1)
})

test('toasts above a modal dialog are visible, clickable and reachable by keyboard', async () => {
  const page = await openDemo()
  await page.evaluate(() => {
    globalThis.clicks = []
    globalThis.showToast = (id) => backgroundTasks.toast.error(`Failed ${id}`, { id, duration: Infinity,
      action: { label: `Retry ${id}`, closes: false, onClick: () => clicks.push(id) } })
    showToast('before')
    const dialog = document.createElement('dialog')
    dialog.id = 'modal'
    dialog.append(Object.assign(document.createElement('button'), { textContent: 'In the dialog' }))
    document.body.append(dialog)
    dialog.showModal()
  })
  const isOpen = () => page.evaluate(() => document.querySelector('#modal').open)
  await page.evaluate(() => { showToast('during') })
  await page.until(() => findAll('[data-toast]').length === 2)
  await page.hover('[data-front=true]')
  await page.waitFor('[data-expanded=true]')
  await page.click('[data-toast] button', 'Retry before')
  await page.click('[data-toast] button', 'Retry during')
  assert.deepEqual(await page.evaluate(() => clicks), ['before', 'during'])
  assert.ok(await isOpen(), 'a click on a toast does not close the dialog')
  const [box] = await page.boxes('[data-front=true]')
  near((await width(page)) - box.right, 24, 'right')
  near(800 - box.bottom, 24, 'bottom')
  await page.move(10, 10)
  await page.focus('#modal button')
  await page.press('Alt+t')
  assert.equal(await focused(page), 'Failed during')
  await page.press('Escape')
  assert.equal(await focused(page), 'Failed before')
  assert.ok(await isOpen(), 'Escape closes only the toast')
  await page.press('Escape')
  assert.equal(await focused(page), 'In the dialog')
  await page.press('Escape')
  assert.equal(await isOpen(), false)
})

test('toasts move to the topmost dialog, and back when dialogs close or are removed', async () => {
  const page = await openDemo()
  await show(page, 'one')
  const follows = (id) => page.until((id) => (find('[data-toaster]')?.closest('dialog')?.id ?? null) === id, id)
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<dialog id="lower"></dialog>')
    document.body.insertAdjacentHTML('afterbegin', '<dialog id="upper"></dialog>')
    document.querySelector('#lower').showModal()
  })
  await follows('lower')
  await page.evaluate(() => document.querySelector('#upper').showModal())
  await follows('upper')
  await page.evaluate(() => document.querySelector('#upper').close())
  await follows('lower')
  await page.evaluate(() => document.querySelector('#lower').remove())
  await follows(null)
  await page.middle('[data-toast]')
  assert.equal(await page.count('[data-toaster]'), 1)
})

test('a theme has its colours, an inverted toast those of the other one, and each kind its rich ones', async () => {
  const page = await openDemo('visible=9&expand=true')
  const colour = (id) => page.evaluate((id) => getComputedStyle(find(`[data-toast-id=${id}]`)).backgroundColor, id)
  const light = 'rgb(255, 255, 255)', dark = 'rgb(24, 24, 27)'
  await page.evaluate(() => {
    backgroundTasks.toast.info('Hello', { id: 'plain', duration: Infinity })
    backgroundTasks.toast.info('Hello', { id: 'inverted', invert: true, duration: Infinity })
    for (const kind of ['loading', 'success', 'error', 'info', 'warning']) {
      backgroundTasks.toast[kind]('Rich', { id: `rich-${kind}`, richColors: true, duration: Infinity })
    }
  })
  for (const [theme, plain, inverted] of [['dark', dark, light], ['light', light, dark]]) {
    await page.evaluate((theme) => backgroundTasks.toast.configure({ theme }), theme)
    await page.waitFor(`[data-toaster][data-theme=${theme}]`)
    await still(page)
    assert.deepEqual([await colour('plain'), await colour('inverted')], [plain, inverted], theme)
    const rich = await Promise.all(['loading', 'success', 'error', 'info', 'warning'].map((kind) => colour(`rich-${kind}`)))
    assert.equal(new Set([...rich, plain]).size, 5, `${theme}: ${rich}`)
    assert.ok(rich.every((one) => /^(rgb\(|oklch\(|color\()/.test(one)), `${rich}`)
  }
})

/** MiniBrowser's window cannot be narrower. */
const NARROW = 450

test('on a narrow page toasts and the list are as wide as the page, from right to left too', async () => {
  for (const query of ['', 'dir=rtl']) {
    const page = await openDemo(query)
    await page.tab.resize(NARROW, 740)
    await page.until(() => innerWidth < 480)
    await show(page, 'one')
    await page.middle('[data-toast]')
    const [toast] = await page.boxes('[data-toast]')
    const inner = (await width(page)) - 2 * 16
    assert.deepEqual([toast.x, toast.width], [16, inner])
    await page.click('[data-tasks-indicator]')
    await page.middle('.ybt-panel')
    const [[button], [panel]] = [await page.boxes('[data-tasks-indicator]'), await page.boxes('.ybt-panel')]
    assert.deepEqual([panel.x, panel.width], [16, inner])
    assert.ok(panel.top >= button.bottom && panel.top <= button.bottom + 9, JSON.stringify([button, panel]))
  }
})

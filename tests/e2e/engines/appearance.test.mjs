// What a user sees in each engine, also if it lacks a feature that the page uses.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDemo, withEngine, world } from './engine.mjs'

withEngine()

/** The least contrasts by WCAG, level AA. */
const TEXT = 4.5
const GRAPHICS = 3

/**
 * For each selector, the contrast of an element's colour with what is behind it, and the luminance of
 * the latter; nothing is behind it if all backgrounds are transparent. `[selector, other]` compares two backgrounds.
 */
const colours = (page, selectors) => page.evaluate((selectors) => {
  const context = document.createElement('canvas').getContext('2d')
  const luminance = (colour) => {
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = colour
    context.fillRect(0, 0, 1, 1)
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data
    if (alpha < 255) return null
    const linear = [red, green, blue].map((part) => (part / 255 <= 0.04045 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
  const behind = (element) => {
    if (!element) return null
    return luminance(getComputedStyle(element).backgroundColor) ?? behind(element.parentElement ?? element.getRootNode().host)
  }
  return selectors.map((selector) => {
    const [one, other] = [selector].flat().map((selector) => find(selector))
    const surface = behind(other ?? one)
    const front = other ? behind(one) : luminance(getComputedStyle(one).color)
    const [darker, lighter] = [front, surface].sort((one, other) => one - other)
    return surface === null ? { selector } : { selector, surface, contrast: (lighter + 0.05) / (darker + 0.05) }
  })
}, selectors)

/** Fails unless the colours of elements, or the backgrounds of pairs, can be told apart. */
async function assertContrast(page, selectors, least) {
  for (const { selector, contrast } of await colours(page, selectors)) assert.ok(contrast >= least, `${selector}: ${contrast}`)
}

/** Fails unless what is behind elements is as in the theme. */
async function assertTheme(page, selectors, theme) {
  for (const { selector, surface } of await colours(page, selectors)) {
    assert.equal(surface < 0.2 ? 'dark' : 'light', theme, `${selector} is on ${surface}`)
  }
}

const toasts = (page) => page.evaluate(() => {
  const options = { duration: Infinity, description: 'A description', action: { label: 'Do it', onClick() {} } }
  for (const kind of ['message', 'success', 'error', 'info', 'warning']) backgroundTasks.toast[kind](kind, { ...options, id: kind })
  backgroundTasks.toast.info('inverted', { ...options, id: 'inverted', invert: true })
  backgroundTasks.toast.error('rich', { ...options, id: 'rich', richColors: true })
  backgroundTasks.toast.loading('loading', { ...options, id: 'loading', progress: 40 })
})

const TOASTS = ['message', 'success', 'error', 'info', 'warning', 'rich', 'loading', 'inverted'].map((id) => `[data-toast-id=${id}]`)
const PARTS = ['title', 'description', 'action', 'close'].flatMap((part) => TOASTS.map((toast) => `${toast} [data-${part}]`))
const PAGE = ['h1', '[data-tasks-indicator]', '[data-task]', '[data-storage-dialog]', '[data-drop-zone]', 'input[name=title]']
const BUTTONS = ['[data-storage-dialog] button', '[role=tab]', '[data-upload]', '[data-task] button', '[data-task] [data-state]']

for (const [theme, other, feature, missing] of [
  ['light', 'dark', 'light-dark() and color-mix()', 'no-color-mix'], ['dark', 'light', 'light-dark() and color-mix()', 'no-color-mix'],
  ['light', 'dark', 'light-dark()', 'no-light-dark'], ['dark', 'light', 'light-dark()', 'no-light-dark'],
]) {
  test(`without ${feature}, everything can be read in the ${theme} theme`, async () => {
    const w = world()
    await w.plan({ video: { queued_ms: 0, running_ms: 0, outcome: 'failed', error: 'No audio track' } })
    const page = await openDemo(`${w.query}&theme=${theme}&visible=9&interval=100&break=${missing}`)
    await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
    await page.click('[data-tasks-indicator]')
    await page.waitFor('[data-task-state=failed]')
    // A click on it would close the panel.
    await page.evaluate(() => find('button', 'Open storage').click())
    await page.waitFor('[data-storage-dialog][open] [data-upload]')
    await toasts(page)
    await page.waitFor('[data-toast-id=loading]')
    await assertTheme(page, [...PAGE, ...TOASTS.slice(0, -1)], theme)
    await assertTheme(page, TOASTS.slice(-1), other)
    await assertContrast(page, [...PAGE, ...BUTTONS, ...PARTS], TEXT)
    const icons = ['success', 'error', 'info', 'warning'].map((id) => [`[data-toast-id=${id}] [data-icon]`, `[data-toast-id=${id}]`])
    await assertContrast(page, [...icons, ['[data-toast] [role=progressbar] > *', '[data-toast] [role=progressbar]']], GRAPHICS)
    await page.hover('[data-toast-id=loading] [data-close]')
    await assertContrast(page, ['[data-toast-id=loading] [data-close]'], TEXT)
  })
}

test('without light-dark() and color-mix(), the line for more toasts can be read while it is hovered', async () => {
  const page = await openDemo('visible=1&break=no-color-mix')
  await toasts(page)
  await page.hover('button[part=more]')
  await assertContrast(page, ['button[part=more]'], TEXT)
})

test('without popovers, toasts are in their corner in a shadow tree, and usable in a modal dialog', async () => {
  const page = await openDemo('break=no-popover')
  await page.evaluate(() => {
    globalThis.pressed = []
    const show = (tasks, title) => tasks.toast.info(title, { duration: Infinity,
      action: { label: title, closes: false, onClick: () => pressed.push(title) } })
    globalThis.instance = new backgroundTasks.constructor({ position: 'top-left', store: 'shadow' })
    show(instance, 'In the shadow')
    show(backgroundTasks, 'In the page')
  })
  await page.click('[data-action]', 'In the shadow')
  const [{ left, top }] = await page.boxes('[data-position=top-left] [data-toast]')
  assert.deepEqual([left, top], [24, 24])
  await page.evaluate(() => {
    const dialog = document.body.appendChild(document.createElement('dialog'))
    dialog.append('A dialog')
    dialog.showModal()
  })
  await page.click('[data-action]', 'In the page')
  await page.click('[data-action]', 'In the shadow')
  assert.deepEqual(await page.evaluate(() => pressed), ['In the shadow', 'In the page', 'In the shadow'])
  await page.collect()
  assert.deepEqual(page.problems, [])
})

test('without anchor positioning, the list opens below its button and stays within the page', async () => {
  for (const width of [1280, 500]) {
    const page = await openDemo('break=no-anchors')
    await page.tab.resize(width, 800)
    await page.click('[data-tasks-indicator]')
    await page.waitFor('[part=panel-title]')
    const [button] = await page.boxes('[data-tasks-indicator]')
    const [panel] = await page.boxes('[part=panel]')
    assert.ok(panel.top >= button.bottom && panel.top <= button.bottom + 10, `${width}: ${panel.top} below ${button.bottom}`)
    assert.ok(panel.left >= 0 && panel.right <= width && panel.width >= 300, `${width}: from ${panel.left} to ${panel.right}`)
  }
})

test('without content-visibility, the list shows every row', async () => {
  const page = await openDemo('break=no-content-visibility')
  const count = 30
  await page.evaluate((count) => {
    for (let id = 0; id < count; id += 1) backgroundTasks.startEmbeddingTask(id, `Lecture ${id}.mp4`)
  }, count)
  await page.click('[data-tasks-indicator]')
  await page.until((count) => findAll('[data-task]').length === count, count)
  const rows = await page.boxes('[data-task]')
  assert.ok(rows.every(({ height }) => height > 40))
  await page.evaluate(() => findAll('[data-task] button').at(-1).scrollIntoView())
  assert.ok(await page.middle('[data-task] button', 'Cancel: Lecture 0.mp4'))
})

test('without :has(), a field with an invalid value has the colour of errors', async () => {
  const page = await openDemo('break=no-has')
  await page.click('button', 'Open storage')
  await page.fill('input[name=title]', 'x'.repeat(300))
  await page.click('[data-upload]')
  await page.waitFor('input[aria-invalid=true]')
  assert.match(await page.text('[data-storage-dialog] [role=alert]:not(:empty)'), /./)
  const [field, error] = await page.evaluate(() => [find('input[name=title]'), find('[data-storage-dialog] [role=alert]')].map((element) =>
    getComputedStyle(element)).map((style, index) => (index ? style.color : style.borderTopColor)))
  assert.equal(field, error)
})

test('a task without progress has an empty bar, and the scrollbar of the list has the colours of the theme', async () => {
  const w = world()
  await w.plan({ video: { queued_ms: 60_000, running_ms: 0 } })
  const page = await openDemo(`${w.query}&interval=100&theme=dark`)
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await page.click('[data-tasks-indicator]')
  await page.waitFor('[data-task-state=queued] progress:indeterminate')
  const [filled, scrollbar] = await page.evaluate(() => [
    // Only Firefox has it.
    CSS.supports('selector(::-moz-progress-bar)') && getComputedStyle(find('progress'), '::-moz-progress-bar').backgroundColor,
    CSS.supports('scrollbar-color', 'auto') && getComputedStyle(find('[part=panel]')).scrollbarColor,
  ])
  assert.ok(!filled || filled === 'rgba(0, 0, 0, 0)', filled)
  assert.notEqual(scrollbar, 'auto')
})

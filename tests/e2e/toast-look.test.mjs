// How toasts look: themes, colours, icons, reduced motion, forced colours; and what holds their time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible } from './axe.mjs'
import { backend, browser, open, pass, passUntil, setVisibility, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (options, query = '') => open(browser, backend.address, query, { virtual: true, ...options })
const style = (locator, property, pseudo) =>
  locator.evaluate((element, [property, pseudo]) => getComputedStyle(element, pseudo)[property], [property, pseudo])
const background = async (page) => style(page.locator('[data-toast]').first(), 'backgroundColor')
const LIGHT = 'rgb(255, 255, 255)', DARK = 'rgb(24, 24, 27)'

test('the theme is light, dark or the system\'s, and follows changes', async () => {
  const page = await start({ colorScheme: 'dark' })
  await page.evaluate(() => backgroundTasks.toast.info('Hello', { duration: Infinity }))
  await page.locator('[data-toast]').waitFor()
  assert.equal(await background(page), DARK)
  await page.emulateMedia({ colorScheme: 'light' })
  assert.equal(await background(page), LIGHT)
  for (const [theme, colour] of [['dark', DARK], ['light', LIGHT]]) {
    await page.evaluate((theme) => backgroundTasks.toast.configure({ theme }), theme)
    await page.locator(`[data-toaster][data-theme=${theme}]`).waitFor({ state: 'attached' })
    assert.equal(await background(page), colour)
  }
  await page.context().close()
})

test('an inverted toast has the colours of the other theme', async () => {
  for (const [colorScheme, colour] of [['light', DARK], ['dark', LIGHT]]) {
    const page = await start({ colorScheme })
    await page.evaluate(() => backgroundTasks.toast.info('Hello', { invert: true }))
    await page.locator('[data-toast]').waitFor()
    assert.equal(await background(page), colour)
    await page.context().close()
  }
})

for (const colorScheme of ['light', 'dark']) {
  test(`rich and inverted colours of every kind have enough contrast: ${colorScheme}`, async () => {
    const page = await open(browser, backend.address, 'visible=12&expand=true', { colorScheme })
    await page.evaluate(() => {
      const { toast } = backgroundTasks
      const button = { label: 'Do it', onClick() {} }
      for (const kind of ['message', 'loading', 'success', 'error', 'info', 'warning']) {
        toast[kind](`A ${kind}`, { richColors: true, description: 'More about it', duration: Infinity, action: button, cancel: button })
        toast[kind](`A ${kind}`, { invert: true, description: 'More about it', duration: Infinity, action: button, cancel: button, position: 'top-left' })
      }
    })
    await page.waitForFunction(() => document.querySelectorAll('[data-phase=shown]').length === 12)
    const colours = await page.locator('[data-position=bottom-right] [data-toast]').evaluateAll((toasts) =>
      toasts.map((toast) => getComputedStyle(toast).backgroundColor))
    assert.equal(new Set(colours).size, 5, 'each kind has its own, loading that of information')
    await page.setViewportSize({ width: 1280, height: 1200 })
    await assertAccessible(page, 'colours', { within: '[data-toaster]' })
    await page.context().close()
  })
}

test('icons can be replaced or hidden, for one toast and for all', async () => {
  const page = await start({}, 'visible=9')
  await page.evaluate(() => {
    const { toast } = backgroundTasks
    toast.configure({ icons: { success: '🥳', warning: null } })
    toast.success('for all', { id: 'all' })
    toast.success('own', { id: 'own', icon: document.createElement('hr') })
    toast.error('none', { id: 'none', icon: null })
    toast.warning('none for all', { id: 'none-for-all' })
    toast.info('built in', { id: 'built-in' })
  })
  await page.locator('[data-toast-id=built-in]').waitFor()
  const icon = (id) => page.locator(`[data-toast-id=${id}] [data-icon]`)
  assert.equal(await icon('all').textContent(), '🥳')
  assert.equal(await icon('own').locator('hr').count(), 1)
  assert.equal(await icon('none').count(), 0)
  assert.equal(await icon('none-for-all').count(), 0)
  assert.equal(await icon('built-in').getAttribute('data-icon'), 'info')
  const hidden = await page.locator('[data-icon]').evaluateAll((icons) => icons.every((icon) => icon.ariaHidden === 'true'))
  assert.ok(hidden, 'icons are hidden from assistive technology')
  await page.context().close()
})

test('labels, close buttons and classes can be configured', async () => {
  const page = await start()
  await page.evaluate(() => {
    const { toast } = backgroundTasks
    toast.configure({ label: 'Meldungen', closeLabel: 'Weg damit', moreLabel: 'noch {n}', className: 'everywhere', visibleToasts: 1 })
    toast.info('without', { id: 'without', closeButton: false })
    toast.info('with', { id: 'with' })
  })
  await page.getByRole('region', { name: 'Meldungen' }).waitFor({ state: 'attached' })
  await page.locator('[data-toast-id=with]').getByRole('button', { name: 'Weg damit' }).waitFor()
  assert.equal(await page.locator('[data-toast-id=without] [data-close]').count(), 0)
  assert.equal(await page.locator('.everywhere').count(), 2)
  assert.equal(await page.locator('[data-more-toasts]').textContent(), 'noch 1')
  await page.evaluate(() => {
    backgroundTasks.toast.configure({ closeButton: false })
    backgroundTasks.toast.configure({ visibleToasts: 3 })
  })
  await page.locator('[data-close]').waitFor({ state: 'detached' })
  await page.context().close()
})

test('toasts and the indicator are not printed', async () => {
  const page = await start()
  await page.evaluate(() => backgroundTasks.toast.info('Hello', { duration: Infinity }))
  await page.locator('[data-toast]').waitFor()
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.locator('[data-toast]').isVisible(), false)
  assert.equal(await page.locator('[data-tasks-indicator]').isVisible(), false)
  await page.emulateMedia({ media: 'screen' })
  assert.equal(await page.locator('[data-toast]').isVisible(), true)
  await page.context().close()
})

test('an invalid option is named', async () => {
  const page = await start()
  const errors = await page.evaluate(() => {
    const thrown = (call) => {
      try { call() } catch (error) { return `${error.name}: ${error.message}` }
    }
    const { toast } = backgroundTasks
    return Object.fromEntries([
      ['position', { position: 'middle' }], ['visibleToasts', { visibleToasts: 0 }], ['theme', { theme: 'pink' }],
      ['dir', { dir: 'up' }], ['hotkey', { hotkey: 'T' }], ['gap', { gap: -1 }], ['offset.top', { offset: { top: '4px' } }],
      ['icons.success', { icons: { success: 5 } }], ['richColors', { richColors: 'yes' }], ['expand', { expand: 1 }],
      ['duration', { duration: 'long' }], ['swipeDirections', { swipeDirections: ['sideways'] }],
    ].map(([name, options]) => [name, thrown(() => toast.configure(options))]).concat([
      ['icon', thrown(() => toast.info('x', { icon: 5 }))],
      ['className', thrown(() => toast.info('x', { className: 5 }))],
      ['toaster', thrown(() => toast.info('x', { toaster: 5 }))],
      ['action', thrown(() => toast.info('x', { action: { label: 'x' } }))],
      ['onClose', thrown(() => toast.info('x', { onClose: 'x' }))],
      ['content', thrown(() => toast.custom('x'))],
      ['progress', thrown(() => toast.loading('x', { progress: 101 }))],
    ]))
  })
  for (const [name, error] of Object.entries(errors)) assert.match(error ?? '', new RegExp(`^TypeError: ${name} must be `), name)
  assert.equal(await page.locator('[data-toast]').count(), 0)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('with reduced motion nothing moves, but spinner and bar still show progress', async () => {
  const page = await start({ reducedMotion: 'reduce' })
  await page.evaluate(() => {
    backgroundTasks.toast.loading('Working', { id: 'working' })
    backgroundTasks.toast.info('Hello', { id: 'hello' })
  })
  await page.locator('[data-toast-id=working]').waitFor()
  const toast = page.locator('[data-toast-id=hello]')
  assert.equal(await style(toast, 'animationName'), 'none')
  assert.equal(await style(toast, 'transitionProperty'), 'none')
  const moving = await page.evaluate(() => document.getAnimations().flatMap((animation) =>
    animation.effect.getKeyframes().flatMap((frame) => Object.keys(frame))).filter((name) => ['transform', 'translate', 'rotate', 'scale'].includes(name)))
  assert.deepEqual(moving, [])
  const working = page.locator('[data-toast-id=working]')
  assert.equal(await style(working.locator('[data-icon]'), 'animationName'), 'ybt-pulse')
  assert.equal(await style(working.locator('[role=progressbar] > *'), 'animationName'), 'ybt-pulse')
  await page.context().close()
})

test('animations use only transform, translate, rotate and opacity', async () => {
  const page = await start()
  await page.evaluate(() => {
    backgroundTasks.toast.loading('Working')
    backgroundTasks.toast.loading('Working', { progress: 10 })
    backgroundTasks.toast.info('Hello', { id: 'hello', description: 'more\nthan\none' })
  })
  await page.locator('[data-toast-id=hello]').waitFor()
  await page.locator('[data-toast-id=hello]').hover()
  await page.evaluate(() => backgroundTasks.toast.dismiss('hello'))
  await page.locator('[data-phase=exiting]').waitFor({ state: 'attached' })
  const moved = await page.evaluate(() => [...new Set(document.querySelector('[data-toaster]').getAnimations({ subtree: true })
    .flatMap((animation) => animation.effect.getKeyframes().flatMap((frame) => Object.keys(frame))))]
    .filter((name) => !['offset', 'computedOffset', 'easing', 'composite'].includes(name)))
  assert.ok(moved.length > 0)
  assert.deepEqual(moved.filter((name) => !['transform', 'translate', 'rotate', 'opacity'].includes(name)), [])
  await page.context().close()
})

test('with forced colours toasts have a border, and bar and icon are visible', async () => {
  const page = await start({ forcedColors: 'active' })
  await page.evaluate(() => backgroundTasks.toast.loading('Working', { progress: 40 }))
  const toast = page.locator('[data-toast]')
  await toast.waitFor()
  assert.equal(await style(toast, 'borderTopWidth'), '1px')
  const bar = await style(page.locator('[role=progressbar] > *'), 'backgroundColor')
  assert.notEqual(bar, await style(toast, 'backgroundColor'))
  await page.context().close()
})

test('a hovered toast that is updated stays, and its timer restarts when the pointer leaves', async () => {
  const page = await start()
  await page.evaluate(() => backgroundTasks.toast.success('Saved', { id: 'save' }))
  const card = page.locator('[data-toast-id=save]')
  await card.hover()
  await pass(page, 4_000, 500)
  await page.evaluate(() => backgroundTasks.toast.success('Saved again', { id: 'save' }))
  await pass(page, 20_000, 1_000)
  assert.equal(await card.locator('[data-title]').textContent(), 'Saved again')
  await page.mouse.move(10, 10)
  const left = await passUntil(page, async () => (await card.getAttribute('data-phase')) === 'exiting', 10_000)
  assert.ok(Math.abs(left - 5_000) <= 100, `the whole time: ${left} ms`)
  await page.context().close()
})

test('hovering one stack pauses only that stack', async () => {
  const page = await start()
  await page.evaluate(() => {
    backgroundTasks.toast.success('here', { id: 'here' })
    backgroundTasks.toast.success('there', { id: 'there', position: 'top-left' })
  })
  await page.locator('[data-toast-id=here]').hover()
  await pass(page, 6_000, 500)
  assert.deepEqual(await page.evaluate(() => backgroundTasks.toast.toasts().map(({ id }) => id)), ['here'])
  await page.context().close()
})

test('toasts in a hidden tab do not time out', async () => {
  const page = await start()
  await setVisibility(page, 'hidden')
  await page.evaluate(() => backgroundTasks.toast.success('Saved', { id: 'save' }))
  await pass(page, 60_000, 1_000)
  assert.equal(await page.locator('[data-toast-id=save]').count(), 1)
  await setVisibility(page, 'visible')
  const left = await passUntil(page, async () => (await page.evaluate(() => backgroundTasks.toast.toasts().length)) === 0, 10_000)
  assert.ok(Math.abs(left - 5_000) <= 100, `the whole time: ${left} ms`)
  await page.context().close()
})

test('open toasts and the last 100 closed ones can be listed', async () => {
  const page = await start()
  const asked = await page.evaluate(() => {
    const { toast } = backgroundTasks
    for (let number = 0; number < 120; number += 1) toast.dismiss(toast.info(`Toast ${number}`))
    toast.loading('Working', { id: 'a', description: 'below', progress: 40 })
    toast.update('a', { title: 'Working on', progress: 50 })
    return { shown: toast.toasts(), last: toast.closed()[0], closed: toast.closed().length }
  })
  assert.deepEqual(asked.shown, [{ id: 'a', kind: 'loading', title: 'Working on', description: 'below', progress: 50 }])
  assert.equal(asked.closed, 100)
  assert.deepEqual([asked.last.title, asked.last.reason], ['Toast 119', 'api'])
  await page.context().close()
})

test('a toast created, closed and created in one tick stays, without content of the old one', async () => {
  const page = await start()
  await page.evaluate(() => {
    const { toast } = backgroundTasks
    toast.error('Old', { id: 'a', description: 'old', duration: Infinity, action: { label: 'Old', onClick() {} } })
    toast.dismiss('a')
    toast.success('New', { id: 'a' })
  })
  await pass(page, 1_000)
  const toast = page.locator('[data-toast-id=a]')
  assert.equal(await toast.locator('[data-title]').textContent(), 'New')
  assert.equal(await toast.locator('[data-action], [data-description]').count(), 0)
  await passUntil(page, async () => (await toast.count()) === 0, 6_000)
  await page.context().close()
})

test('the text fills the toast, and a button is at its end', async () => {
  const page = await start()
  await page.evaluate(() => {
    backgroundTasks.toast.message('Title', { description: 'A description that is long enough to need the whole line' })
    backgroundTasks.toast.message('Title', { position: 'top-left', action: { label: 'Do it', onClick() {} } })
  })
  await pass(page, 500)
  const width = async (selector) => (await page.locator(selector).boundingBox()).width
  assert.ok(await width('[data-position=bottom-right] [data-description]') > 356 - 60)
  const [toast, button] = [await page.locator('[data-position=top-left] [data-toast]').boundingBox(), await page.locator('[data-action]').boundingBox()]
  assert.ok(toast.x + toast.width - button.x - button.width < 45)
  await page.context().close()
})

test("with style-src 'self' all styles apply, and nothing is blocked", async () => {
  const page = await start()
  await page.evaluate(() => {
    globalThis.refused = []
    document.addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective))
    const { toast } = backgroundTasks
    toast.loading('Working', { progress: 40, id: 'working' })
    toast.info('Hello', { icon: '🎉', richColors: true })
    toast.configure({ offset: 10 })
  })
  await page.locator('[data-toast]').nth(1).waitFor({ state: 'attached' })
  await page.locator('[data-front=true]').hover()
  await pass(page, 1_000)
  const response = await page.request.get(page.url())
  assert.match(response.headers()['content-security-policy'], /style-src 'self'$/)
  assert.equal(await style(page.locator('[data-toast-list]'), 'position'), 'fixed')
  assert.equal(await style(page.locator('[role=progressbar] > *'), 'transform'), 'matrix(0.4, 0, 0, 1, 0, 0)')
  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<i style="color: red"></i>'))
  await page.waitForFunction(() => refused.length > 0, null, { polling: 20 })
  assert.deepEqual(await page.evaluate(() => refused), ['style-src-attr'], 'only what the test itself does wrong')
  await page.context().close()
})

// The playground of the demo: what a visitor tries.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible } from './axe.mjs'
import { backend, browser, open, pass, passUntil, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (query = '', options = { virtual: true, reducedMotion: 'reduce' }) =>
  open(browser, backend.address, `${query}#toasts`, options)
const show = (page, sort) => page.locator(`main > .demo-card [data-show=${sort}]`).click()
const toasts = (page) => page.locator('[data-toast]:not([data-phase=exiting])')

test('the playground is one click away, with its own URL', async () => {
  const page = await open(browser, backend.address, 'speed=5')
  await page.getByRole('link', { name: 'Toasts' }).click()
  await page.getByRole('heading', { name: 'Play with toasts' }).waitFor()
  assert.match(page.url(), /\?speed=5#toasts$/)
  await page.goBack()
  await page.getByRole('heading', { name: 'Slow work, in the background' }).waitFor()
  await page.context().close()
})

test('each type of toast is shown as chosen, and the code matches', async () => {
  const page = await start()
  for (const sort of ['message', 'success', 'error', 'info', 'warning', 'loading', 'promise', 'custom']) {
    await show(page, sort)
    const kind = { message: 'default', promise: 'loading', custom: 'default' }[sort] ?? sort
    await page.locator(`[data-front=true][data-kind=${kind}]`).waitFor()
    assert.match(await page.locator('.demo-code').last().textContent(), new RegExp(`^tasks\\.toast\\.${sort}\\(`))
    await page.evaluate(() => backgroundTasks.toast.dismiss())
    await passUntil(page, async () => (await page.locator('[data-toast]').count()) === 0)
  }
  await page.getByLabel('Action', { exact: true }).check()
  await page.getByLabel('Custom icon').check()
  await page.getByText('Rich', { exact: true }).click()
  await page.getByLabel('Duration').fill('2')
  await show(page, 'success')
  const toast = toasts(page)
  await toast.waitFor()
  assert.equal(await toast.getAttribute('data-look'), 'rich')
  assert.equal(await toast.locator('[data-icon]').textContent(), '🚀')
  assert.match(await page.locator('.demo-code').first().textContent(), /with_duration\(ToastDuration::After\(Duration::from_secs\(2\)\)\)/)
  await toast.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undone', { exact: true }).first().waitFor()
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a promise toast completes, and the log shows why it closed', async () => {
  const page = await start()
  await show(page, 'promise')
  await pass(page, 1_500)
  assert.ok(Number(await page.locator('[role=progressbar]').getAttribute('aria-valuenow')) > 20)
  await passUntil(page, async () => (await toasts(page).getAttribute('data-kind')) === 'success')
  await page.locator('[data-close]').click()
  await page.locator('.demo-log').waitFor()
  assert.equal(await page.locator('.demo-log li').textContent(), 'talk.mp4 uploadedclose button')
  await page.context().close()
})

test('settings of the toaster apply while toasts are open', async () => {
  const page = await start()
  await page.locator('[data-try=heights]').click()
  await toasts(page).nth(2).waitFor({ state: 'attached' })
  assert.equal(await page.locator('[data-more-toasts]').getAttribute('data-more-toasts'), '2')
  await page.getByText('top-left').click()
  await page.locator('[data-position=top-left] [data-toast]').first().waitFor()
  assert.equal(await page.locator('[data-position=bottom-right]').count(), 0)
  await page.getByLabel('Visible toasts').fill('5')
  await page.locator('[data-more-toasts]').waitFor({ state: 'detached' })
  await page.getByLabel('Always expanded').check()
  await page.locator('[data-expanded=true]').waitFor()
  await page.getByLabel('Gap').fill('0')
  const boxes = () => toasts(page).evaluateAll((all) => all.map((toast) => toast.getBoundingClientRect()))
  await page.waitForFunction(() => document.querySelector('[data-toaster]').style.getPropertyValue('--ybt-gap') === '0px', null, { polling: 20 })
  const [first, second] = await boxes()
  assert.ok(Math.abs(second.top - first.bottom) < 0.6)
  await page.getByText('Dark', { exact: true }).click()
  await page.locator('[data-toaster][data-theme=dark]').waitFor({ state: 'attached' })
  await page.getByLabel('Right to left').check()
  await page.locator('[data-toaster][dir=rtl]').waitFor({ state: 'attached' })
  await page.context().close()
})

test('a thousand loading toasts hide no failure, and can be closed together', async () => {
  const page = await start()
  await page.locator('[data-try=crowd]').click()
  const failure = page.getByText('One of a thousand failed').last()
  await failure.waitFor()
  assert.equal(await page.locator('[data-kind=error]').getAttribute('data-visible'), 'true')
  assert.equal(await page.locator('[data-more-toasts]').getAttribute('data-more-toasts'), '997')
  assert.ok(await page.locator('[data-toast]').count() <= 4)
  await page.locator('[data-try=close]').click()
  await passUntil(page, async () => (await page.locator('[data-toast]').count()) === 0, 1_000)
  assert.equal(await page.locator('.demo-log li').count(), 8)
  await page.context().close()
})

test('toasts are shown and closed above a modal dialog', async () => {
  const page = await start()
  await page.locator('[data-try=dialog]').click()
  await page.locator('.demo-dialog [data-show=error]').click()
  await toasts(page).waitFor()
  await page.locator('[data-close]').click()
  await passUntil(page, async () => (await page.locator('[data-toast]').count()) === 0)
  await page.locator('.demo-dialog').getByRole('button', { name: 'Close' }).click()
  await page.locator('.demo-dialog').waitFor({ state: 'hidden' })
  await page.context().close()
})

test('a custom toast with stars works', async () => {
  const page = await start()
  await show(page, 'custom')
  await page.getByRole('button', { name: '4 of 5 stars' }).click()
  await page.locator('[data-kind=success]').waitFor()
  assert.equal(await page.locator('[data-description]').textContent(), '★★★★')
  await page.context().close()
})

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 375]) {
    for (const language of ['en', 'zh-CN']) {
      test(`the playground has no accessibility violations: ${colorScheme}, ${width} px, ${language}`, async () => {
        const page = await start(`lang=${language}`, { colorScheme, viewport: { width, height: 900 } })
        for (const sort of ['custom', 'promise', 'error']) await show(page, sort)
        await page.waitForFunction(() => document.querySelectorAll('[data-phase=shown]').length === 3)
        await assertAccessible(page, 'toasts')
        await page.evaluate(() => backgroundTasks.toast.configure({ expand: true }))
        await page.locator('[data-expanded=true]').waitFor()
        await page.locator('[data-try=dialog]').click()
        await assertAccessible(page, 'dialog')
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
        await page.context().close()
      })
    }
  }
}

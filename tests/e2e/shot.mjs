import { test } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import { backend, browser, open, withBackendAndBrowser } from './support.mjs'
withBackendAndBrowser()
test('shots', async () => {
  for (const [name, colorScheme, width, height, query] of [['light', 'light', 1280, 1500, ''], ['dark', 'dark', 375, 2300, 'lang=zh-CN']]) {
    const page = await open(browser, backend.address, query + '#toasts', { colorScheme, viewport: { width, height } })
    await page.locator('main > .demo-card [data-show=success]').click()
    await page.locator('main > .demo-card [data-show=error]').click()
    await page.locator('main > .demo-card [data-show=promise]').click()
    await page.locator('main > .demo-card [data-show=custom]').click()
    await page.waitForTimeout(1500)
    await page.screenshot({ path: `/tmp/play-${name}-1.png` })
    const { violations } = await new AxeBuilder({ page }).analyze()
    console.log(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`))
    const t = Date.now()
    await page.locator('[data-try=crowd]').click()
    await page.locator('[data-more-toasts]').waitFor()
    console.log('crowd', Date.now() - t)
    await page.locator('[data-try=dialog]').click()
    await page.waitForTimeout(700)
    await page.screenshot({ path: `/tmp/play-${name}-2.png` })
    console.log(page.problems, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  }
})

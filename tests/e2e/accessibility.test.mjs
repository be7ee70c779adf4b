// axe on every state of the page, light and dark, wide and narrow.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible } from './axe.mjs'
import { backend, browser, open, upload, video, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const look = async (page, state) => {
  // What moves in or out is half transparent, which is no state to judge colours by.
  await page.waitForFunction(() => !document.querySelector('[data-phase=entering], [data-phase=exiting]')
    && document.getAnimations().every((animation) => animation.effect.getComputedTiming().endTime === Infinity))
  await assertAccessible(page, state)
}

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 375]) {
    test(`has no accessibility violations: ${colorScheme}, ${width} px`, async () => {
      const page = await open(browser, backend.address, 'speed=20', { colorScheme, viewport: { width, height: 800 } })
      await look(page, 'start')
      await page.click('[data-tasks-indicator]')
      await look(page, 'empty list')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Open storage' }).click()
      await page.click('[data-upload]')
      await look(page, 'faults in the form')
      await page.getByRole('tab', { name: 'Manage' }).click()
      await look(page, 'nothing stored')
      await upload(page, video)
      await page.locator('[data-attachment]').waitFor()
      await look(page, 'stored')
      await page.locator('[data-attachment] [data-delete]').click()
      await look(page, 'asked before deleting')
      await page.keyboard.press('Escape')
      await page.locator('[data-toast-id^="embedding_"]').waitFor({ state: 'attached', timeout: 30_000 })
      // axe takes seconds: no toast of a task may appear or leave meanwhile.
      await page.waitForFunction(() => backgroundTasks.tasks().every(({ state }) => state === 'succeeded'))
      await page.evaluate(() => backgroundTasks.toast.dismiss())
      await page.waitForFunction(() => !document.querySelector('[data-toast]'))
      await page.evaluate(() => {
        for (const kind of ['success', 'error', 'info', 'warning', 'message', 'loading']) {
          const button = { label: 'Do it', onClick() {} }
          const options = { description: 'More about it', duration: Infinity, action: button, cancel: button, id: kind }
          backgroundTasks.toast[kind](`A ${kind}`, { ...options, position: `top-${kind === 'error' ? 'left' : 'right'}` })
        }
      })
      await look(page, 'toasts of all kinds')
      await page.locator('[data-position="top-right"] [data-front="true"]').hover()
      await look(page, 'spread out')
      const list = page.locator('[data-task-list]')
      await page.mouse.move(5, 400)
      await page.evaluate(() => backgroundTasks.toast.dismiss())
      await page.click('[data-tasks-indicator]')
      await list.waitFor()
      await look(page, 'list')
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing is wider than the page')
      await page.context().close()
    })
  }
}

test('live regions announce start, result and failure, but not progress', async () => {
  const page = await open(browser, backend.address, 'interval=50&speed=4&seed=2')
  await page.evaluate(() => {
    globalThis.spoken = []
    for (const region of document.querySelectorAll('[data-live]')) {
      new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) =>
        spoken.push([region.dataset.live, node.textContent])))).observe(region, { childList: true })
    }
    backgroundTasks.startEmbeddingTask(7, 'talk.mp4')
  })
  await page.waitForFunction(() => backgroundTasks.tasks()[0].state === 'succeeded', null, { timeout: 30_000 })
  await page.waitForFunction(() => spoken.length >= 2)
  assert.deepEqual(await page.evaluate(() => spoken), [
    ['polite', '🧠 Generating embeddings: talk.mp4. Preparing for AI search - you can continue working'],
    ['polite', '🎉 AI embeddings ready: talk.mp4. AI search is now available'],
  ])
  await page.evaluate(() => backgroundTasks.toast.error('It broke'))
  await page.waitForFunction(() => spoken.length >= 3)
  assert.deepEqual(await page.evaluate(() => spoken.at(-1)), ['assertive', 'It broke'])
  await page.context().close()
})

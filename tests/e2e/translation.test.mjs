// Translation by the browser, which replaces the text nodes of the page by elements.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, passUntil, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

/** Replaces each text node of toasts, list and dialog, also later ones, by `<font><font>text</font></font>`. */
function translateAlways() {
  const translate = () => {
    for (const root of document.querySelectorAll('[data-toaster], [data-tasks-indicator], [data-task-list], [data-storage-dialog]')) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
      const texts = []
      while (walker.nextNode()) texts.push(walker.currentNode)
      for (const text of texts.filter((text) => text.parentNode.nodeName !== 'FONT')) {
        const inner = document.createElement('font')
        inner.append(text.data)
        const outer = document.createElement('font')
        outer.append(inner)
        text.replaceWith(outer)
      }
    }
  }
  const options = { subtree: true, childList: true, characterData: true }
  addEventListener('DOMContentLoaded', () => new MutationObserver(translate).observe(document.body, options))
}

test('after the browser has translated the page, toasts, rows and buttons show new texts and nothing stale', async () => {
  const page = await open(browser, backend.address, 'backend=simulated&seed=1&fail=1', { virtual: true, history: false, init: translateAlways })
  await page.locator('[data-tasks-indicator]').click()
  await page.evaluate(() => { backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1') })
  const row = page.locator('[data-task]')
  const buttons = () => row.getByRole('button').allInnerTexts()
  await passUntil(page, async () => /Running \d+/.test(await row.innerText()))
  assert.match(await page.locator('[data-toast] [data-title]').innerText(), /^🎥 Processing: talk\.mp4 \(\d+%\)$/)
  assert.deepEqual(await buttons(), ['Cancel'])
  assert.ok(await page.locator('[data-toast] font').count() > 0)
  await passUntil(page, async () => await row.getAttribute('data-task-state') === 'failed')
  assert.equal(await page.locator('[data-toast] [data-title]').innerText(), '❌ Video processing failed: talk.mp4')
  assert.match(await row.innerText(), /^talk\.mp4\s+Video processing · Failed\s/)
  assert.deepEqual(await buttons(), ['Retry', 'Clear'])
  assert.equal(await page.locator('[data-toast] [data-action]').innerText(), 'Retry')
  await row.getByRole('button', { name: 'Clear' }).click()
  await row.waitFor({ state: 'detached' })
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

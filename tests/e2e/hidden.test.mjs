// The title of a hidden tab.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, pass, passUntil, setVisibility, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = () => open(browser, backend.address, 'speed=10', { virtual: true })
const end = (page) => page.context().close()
const hide = (page) => setVisibility(page, 'hidden')
const show = (page) => setVisibility(page, 'visible')
const embed = (page, title = 'talk.mp4') =>
  page.evaluate((title) => backgroundTasks.startEmbeddingTask(7, title), title)
const untilEnded = (page) => passUntil(page, () => page.evaluate(() =>
  backgroundTasks.tasks().every(({ state }) => ['succeeded', 'failed', 'cancelled'].includes(state))))

test('the title shows the number of unfinished tasks while the tab is hidden', async () => {
  const page = await start()
  const own = await page.title()
  const ids = await page.evaluate(() => [7, 8, 9].map((id) => backgroundTasks.startVideoProcessingTask(id, 'talk.mp4', `q-${id}`)))
  await pass(page, 200)
  assert.equal(await page.title(), own, 'a title that is seen stays')
  await hide(page)
  await pass(page, 50)
  assert.equal(await page.title(), `(3) ${own}`)
  await page.evaluate((id) => backgroundTasks.cancel(id), ids[0])
  await pass(page, 50)
  assert.equal(await page.title(), `(2) ${own}`)
  await show(page)
  await pass(page, 50)
  assert.equal(await page.title(), own)
  await hide(page)
  await pass(page, 50)
  assert.equal(await page.title(), `(2) ${own}`)
  await untilEnded(page)
  await pass(page, 50)
  assert.equal(await page.title(), own, 'nothing is left')
  assert.deepEqual(page.problems, [])
  await end(page)
})

test('a title that the app changes is kept', async () => {
  const page = await start()
  await embed(page)
  await hide(page)
  await pass(page, 50)
  await page.evaluate(() => { document.title = `${document.title}, edited` })
  await show(page)
  await pass(page, 50)
  assert.equal(await page.title(), 'yew-background-tasks, edited')
  await hide(page)
  await pass(page, 50)
  await page.evaluate(() => { document.title = '(7) Inbox' })
  await untilEnded(page)
  await pass(page, 50)
  assert.equal(await page.title(), '(7) Inbox')
  await end(page)
})

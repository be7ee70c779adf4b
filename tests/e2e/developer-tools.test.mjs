// The demo's developer tools: each does to a running task what it says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible } from './axe.mjs'
import { backend, browser, open, pass, passUntil, toast, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (query = '', options) => open(browser, backend.address, query, { virtual: true, ...options })
const tools = (page) => page.locator('[data-developer-tools]')
const press = (page, trouble) => tools(page).locator(`[data-trouble=${trouble}]`).click()
const box = (page, name) => tools(page).getByRole('checkbox', { name })
const description = (page) => toast(page, 'video').locator('[data-description]').textContent()
const says = (page, text) => async () => text.test(await description(page).catch(() => ''))
const state = (page) => page.evaluate(() => backgroundTasks.tasks()[0]?.state)
const is = (page, word) => async () => (await state(page)) === word
const events = (page) => tools(page).locator('[data-event]').evaluateAll((rows) => rows.map((row) => row.dataset.event))
const run = async (page) => {
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await passUntil(page, is(page, 'running'))
}
const end = async (page) => {
  assert.deepEqual(page.problems, [])
  await page.context().close()
}

const RECOVERS = /^Connection problem - trying again in \d+ s$/

test('offline is shown, and the task continues when the page is online again', async () => {
  const page = await start()
  await run(page)
  await box(page, 'Simulate offline').check()
  await passUntil(page, says(page, /^You are offline - this continues when you are back$/), 5_000)
  await pass(page, 30_000, 500)
  assert.equal(await state(page), 'offline', 'nothing reaches the server')
  await box(page, 'Simulate offline').uncheck()
  await passUntil(page, is(page, 'succeeded'), 30_000)
  assert.deepEqual(await events(page), ['succeeded', 'resumed', 'offline', 'running', 'started'])
  await end(page)
})

test('a job that is made to fail says why, and Retry continues it', async () => {
  const page = await start()
  await run(page)
  await press(page, 'fail')
  assert.match(await tools(page).locator('[role=status]').textContent(), /“Fail next” applies to the next check/)
  await passUntil(page, is(page, 'failed'), 10_000)
  const card = toast(page, 'video')
  assert.equal(await card.locator('[data-title]').textContent(), '❌ Video processing failed: talk.mp4')
  assert.equal(await description(page), 'The developer tools made this job fail.')
  await card.getByRole('button', { name: 'Retry' }).click()
  await passUntil(page, is(page, 'succeeded'), 60_000)
  assert.ok((await events(page)).includes('retried'))
  await end(page)
})

for (const [trouble, reason] of [
  ['drop', /cannot be reached/],
  ['web-page', /a web page instead of the response/],
  ['unknown-word', /unknown status "transmogrifying"/],
]) {
  test(`the task recovers from the fault ${trouble}`, async () => {
    const page = await start()
    await run(page)
    await press(page, trouble)
    await passUntil(page, says(page, RECOVERS), 10_000)
    assert.equal(await tools(page).locator('[role=status]').textContent(), '', 'it is not said to wait any more')
    const [newest] = await tools(page).locator('[data-event]').allTextContents()
    assert.match(newest, /^video_7_\d+ recovering, attempt 1 failed, again in \d+ s: /)
    assert.match(newest, reason)
    await passUntil(page, is(page, 'succeeded'), 60_000)
    await end(page)
  })
}

test('slow responses can be turned on and off', async () => {
  const page = await start()
  await box(page, 'Slow responses').check()
  await page.evaluate(() => backgroundTasks.startEmbeddingTask(7, 'talk.mp4'))
  await pass(page, 1_400)
  assert.equal(await page.evaluate(() => backgroundTasks.tasks()[0].progress), null, 'the first answer is on its way')
  await passUntil(page, is(page, 'running'), 20_000)
  await box(page, 'Slow responses').uncheck()
  await passUntil(page, is(page, 'succeeded'), 30_000)
  await end(page)
})

test('the log keeps the last 20 events, newest first, without progress', async () => {
  const page = await start('speed=20')
  await page.evaluate(() => {
    for (let id = 1; id <= 12; id += 1) backgroundTasks.startVideoProcessingTask(id, 'talk.mp4', `q-${id}`)
  })
  await passUntil(page, () => page.evaluate(() => backgroundTasks.tasks().every(({ state }) => state === 'succeeded')))
  const log = await events(page)
  assert.equal(log.length, 20)
  assert.deepEqual(new Set(log.slice(0, 12)), new Set(['succeeded']))
  await end(page)
})

test('events are logged on the console if the URL asks for it', async () => {
  const logged = async (query) => {
    const page = await start(query)
    const heard = []
    page.on('console', (message) => message.type() === 'debug' && heard.push(message.text()))
    const id = await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
    await passUntil(page, is(page, 'succeeded'))
    await page.evaluate((id) => backgroundTasks.retry(id), id)
    await end(page)
    return heard.map((line) => line.replace(id, 'the task'))
  }
  assert.deepEqual(await logged('log=events'), ['the task started', 'the task running', 'the task succeeded'])
  assert.deepEqual(await logged(''), [])
})

test('the developer tools work with the keyboard', async () => {
  const page = await start()
  await box(page, 'Simulate offline').focus()
  const reached = []
  for (let stop = 0; stop < 7; stop += 1) {
    reached.push(await page.evaluate(() => document.activeElement.dataset.trouble ?? document.activeElement.type ?? document.activeElement.className))
    await page.keyboard.press('Tab')
  }
  assert.deepEqual(reached, ['checkbox', 'checkbox', 'fail', 'drop', 'web-page', 'unknown-word', 'demo-events'])
  await box(page, 'Simulate offline').press('Space')
  assert.equal(await box(page, 'Simulate offline').isChecked(), true)
  await end(page)
})

test('developer tools are not available with a real server', async () => {
  const page = await open(browser, backend.address, backend.world().query)
  assert.equal(await tools(page).count(), 0)
  await end(page)
})

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 375]) {
    test(`developer tools have no accessibility violations: ${colorScheme}, ${width} px`, async () => {
      const page = await open(browser, backend.address, 'speed=10', { colorScheme, viewport: { width, height: 1200 } })
      const look = async (name) => {
        await page.waitForFunction(() => document.getAnimations().every((animation) => animation.effect.getComputedTiming().endTime === Infinity))
        await assertAccessible(page, name, { within: '[data-developer-tools]' })
        if (process.env.PICTURES) {
          await tools(page).scrollIntoViewIfNeeded()
          await page.screenshot({ path: `${process.env.PICTURES}/tools-${name}-${colorScheme}-${width}.png` })
        }
      }
      await look('empty')
      await press(page, 'web-page')
      await page.evaluate(() => {
        backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
        backgroundTasks.startEmbeddingTask(7, 'talk.mp4')
      })
      await page.waitForFunction(() => document.querySelector('[data-event=succeeded]'), null, { timeout: 30_000 })
      await box(page, 'Simulate offline').check()
      await look('busy')
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing is wider than the page')
      await end(page)
    })
  }
}

// The demo with the in-page simulator, in virtual time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, pass, passUntil, said, toast, upload, video, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (query, options) => open(browser, backend.address, query, { virtual: true, ...options })
const gone = (locator) => async () => (await locator.count()) === 0
const is = (locator, kind) => async () => (await locator.and(locator.page().locator(`[data-kind=${kind}]`)).count()) > 0

test('a file that is no video is done with its upload', async () => {
  const page = await start('speed=10')
  await upload(page, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') }, 'My notes')
  await passUntil(page, is(toast(page, 'upload'), 'success'))
  assert.deepEqual((await said(page, 'upload')).at(-1), ['success', '🎉 Upload completed: My notes', ''])
  const stayed = await passUntil(page, gone(toast(page, 'upload')), 10_000)
  assert.ok(stayed >= 4_900 && stayed <= 5_600, `its toast stayed for ${stayed} ms`)
  assert.equal(await page.evaluate(() => backgroundTasks.tasks().length), 1)
  await page.context().close()
})

test('an unreliable network is shown and fails no task', async () => {
  const page = await start('')
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await pass(page, 3_000)
  await page.evaluate(() => window.dispatchEvent(new Event('offline')))
  const description = toast(page, 'video').locator('[data-description]')
  await pass(page, 100)
  assert.equal(await description.textContent(), 'You are offline - this continues when you are back')
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  await pass(page, 100)
  assert.equal(await description.textContent(), 'AI analysis in progress - you can continue working')
  await page.locator('input[name=flaky]').fill('1')
  await passUntil(page, async () => /^Connection problem - trying again in \d+ s$/.test(await description.textContent()))
  await page.locator('input[name=flaky]').fill('0')
  await passUntil(page, is(toast(page, 'video'), 'success'))
  await page.context().close()
})

test('the JavaScript API works from the console, and names a wrong argument', async () => {
  const page = await start('speed=10')
  const seen = await page.evaluate(async () => {
    const states = []
    globalThis.off = backgroundTasks.subscribe((task) => states.push(task.state))
    globalThis.states = states
    const id = backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    return { id, task: backgroundTasks.tasks()[0] }
  })
  assert.match(seen.id, /^video_7_\d+$/)
  assert.deepEqual(seen.task, { id: seen.id, kind: 'video', title: 'talk.mp4', attachmentId: 7, state: 'queued', startedAt: 1767225600000, progress: null, retryIn: null, error: null, meta: null })
  await passUntil(page, () => page.evaluate(() => states.at(-1) === 'succeeded'))
  const errors = await page.evaluate(() => {
    off()
    const thrown = (call) => {
      try { call() } catch (error) { return `${error.name}: ${error.message}` }
    }
    return [
      thrown(() => backgroundTasks.startVideoProcessingTask({}, 'x', 'q')),
      thrown(() => backgroundTasks.startVideoProcessingTask(7, 9, 'q')),
      thrown(() => backgroundTasks.startVideoProcessingTask(7, 'x', '')),
      thrown(() => backgroundTasks.startEmbeddingTask(-1, 'x')),
      thrown(() => backgroundTasks.upload('file')),
      thrown(() => backgroundTasks.retry()),
      thrown(() => backgroundTasks.subscribe(1)),
      thrown(() => backgroundTasks.toast.success('x', { duration: 'long' })),
      thrown(() => backgroundTasks.toast.success('x', 5)),
    ]
  })
  const names = ['attachmentId', 'title', 'queueId', 'attachmentId', 'file', 'id', 'listener', 'duration', 'options']
  errors.forEach((error, index) => assert.ok(error?.startsWith(`TypeError: ${names[index]} must be`), `${names[index]}: ${error}`))
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

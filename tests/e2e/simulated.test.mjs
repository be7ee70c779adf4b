// The demo with the in-page simulator, in virtual time.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { backend, browser, open, pass, passUntil, said, toast, upload, video, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = (query, options) => open(browser, backend.address, query, { virtual: true, ...options })
const gone = (locator) => async () => (await locator.count()) === 0
const is = (locator, kind) => async () => (await locator.and(locator.page().locator(`[data-kind=${kind}]`)).count()) > 0
const there = (locator) => async () => (await locator.count()) > 0

test('a video is uploaded, processed and embedded, with the exact texts', async () => {
  const page = await start('seed=1')
  await upload(page, video)
  await passUntil(page, there(toast(page, 'upload')))
  assert.equal(await page.inputValue('input[name=title]'), '', 'the form is empty at once')
  assert.equal(await page.inputValue('input[type=file]'), '')
  assert.equal(await page.getByRole('tab', { name: 'Manage' }).getAttribute('aria-selected'), 'true')

  await page.keyboard.press('Escape')
  await page.locator('[data-storage-dialog]').waitFor({ state: 'hidden' })
  await passUntil(page, there(toast(page, 'video')))
  const wait = await passUntil(page, there(toast(page, 'embedding')))
  assert.ok(wait >= 4_900 && wait <= 5_300, `the embedding started after ${wait} ms`)
  await passUntil(page, is(toast(page, 'video'), 'success'))
  await passUntil(page, is(toast(page, 'embedding'), 'success'))

  const uploads = await said(page, 'upload')
  assert.deepEqual(uploads[0].slice(0, 1), ['loading'])
  assert.match(uploads[0][1], /^📤 Uploading: talk\.mp4( \(\d+%\))?$/)
  assert.equal(uploads[0][2], 'You can continue working')
  assert.deepEqual(uploads.at(-1), ['success', 'Video uploaded! Starting background AI processing...',
    'You can continue working while we process your video'])

  const videos = await said(page, 'video')
  const analysis = 'AI analysis in progress - you can continue working'
  assert.deepEqual(videos[0], ['loading', '🎥 Processing: talk.mp4', analysis])
  for (const [kind, title, description] of videos.slice(1, -1)) {
    assert.equal(kind, 'loading')
    assert.match(title, /^🎥 Processing: talk\.mp4( \(\d+%\))?$/)
    assert.equal(description, analysis)
  }
  assert.deepEqual(videos.at(-1),
    ['success', '🎉 Video processing completed: talk.mp4', 'AI features are now available'])

  const embeddings = await said(page, 'embedding')
  const search = 'Preparing for AI search - you can continue working'
  assert.deepEqual(embeddings[0], ['loading', '🧠 Generating embeddings: talk.mp4', search])
  assert.deepEqual(embeddings.at(-1),
    ['success', '🎉 AI embeddings ready: talk.mp4', 'AI search is now available'])

  const percents = (history) => history.flatMap(([, title]) => title.match(/\((\d+)%\)/)?.[1] ?? []).map(Number)
  for (const [history, least, ceiling] of [[uploads, 1, 99], [videos, 3, 90], [embeddings, 3, 100]]) {
    const shown = percents(history)
    assert.ok(shown.length >= least, `progress is shown: ${history.map(([, title]) => title)}`)
    assert.deepEqual(shown, [...shown].sort((one, other) => one - other), 'it never decreases')
    assert.ok(Math.max(...shown) <= ceiling)
  }
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

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

test('a closed toast stays closed until its task ends', async () => {
  const page = await start('')
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  const card = toast(page, 'video')
  await passUntil(page, there(card))
  await card.locator('[data-close]').click()
  await pass(page, 4_000)
  assert.equal(await card.count(), 0)
  assert.equal(await page.locator('[data-tasks-indicator]').getAttribute('data-active'), '1')
  await passUntil(page, is(card, 'success'))
  await page.context().close()
})

test('the list can cancel, retry and clear a task whose toast is gone', async () => {
  const page = await start('')
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await pass(page, 1_500)
  await page.click('[data-tasks-indicator]')
  const row = page.locator('[data-task-list] [data-task]')
  assert.equal(await row.count(), 1)
  await row.getByRole('button', { name: 'Cancel: talk.mp4' }).click()
  assert.equal(await row.getAttribute('data-task-state'), 'cancelled')
  await pass(page, 10_000, 500)
  assert.equal(await page.locator('[data-toast]').count(), 0)
  await row.getByRole('button', { name: 'Retry: talk.mp4' }).click()
  await passUntil(page, async () => (await row.getAttribute('data-task-state')) === 'succeeded')
  await row.getByRole('button', { name: 'Clear: talk.mp4' }).click()
  assert.equal(await row.count(), 0)
  assert.match(await page.locator('.ybt-panel').textContent(), /No tasks yet/)
  await page.keyboard.press('Escape')
  assert.equal(await page.locator('[data-task-list]').count(), 0)
  await page.context().close()
})

test('on a narrow page the list is as wide as the page, below its button', async () => {
  const page = await start('')
  await page.setViewportSize({ width: 375, height: 740 })
  await page.click('[data-tasks-indicator]')
  const [button, panel] = await Promise.all(['[data-tasks-indicator]', '.ybt-panel'].map((selector) => page.locator(selector).boundingBox()))
  assert.deepEqual([panel.x, panel.width], [16, 375 - 2 * 16])
  assert.ok(panel.y >= button.y + button.height && panel.y <= button.y + button.height + 9, JSON.stringify([button, panel]))
  await page.context().close()
})

test('the form names each invalid input, and keeps what was entered', async () => {
  const page = await start('')
  await page.getByRole('button', { name: 'Open storage' }).click()
  const alerts = () => page.locator('[data-storage-dialog] [role=alert]').allTextContents()
  await page.click('[data-upload]')
  assert.deepEqual(await alerts(), ['Choose a file first.', 'Enter a title.'])
  await page.setInputFiles('input[type=file]', { name: 'empty.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(0) })
  await page.click('[data-upload]')
  assert.deepEqual(await alerts(), ['“empty.mp4” is empty. Choose a file with content.', ''])
  await page.setInputFiles('input[type=file]', video)
  await page.fill('input[name=title]', '   ')
  await page.click('[data-upload]')
  assert.deepEqual(await alerts(), ['', 'Enter a title.'])
  await page.fill('input[name=title]', 'x'.repeat(10_000))
  await page.click('[data-upload]')
  assert.deepEqual(await alerts(), ['', 'A title can have at most 255 characters.'])
  assert.equal((await page.inputValue('input[name=title]')).length, 10_000)
  assert.equal(await page.evaluate(() => backgroundTasks.tasks().length), 0)
  const folder = await mkdtemp(join(tmpdir(), 'gone-'))
  await writeFile(join(folder, 'gone.mp4'), 'moov')
  await page.setInputFiles('input[type=file]', join(folder, 'gone.mp4'))
  await rm(folder, { recursive: true })
  await page.fill('input[name=title]', '<img src=x onerror=alert(1)>')
  await page.click('[data-upload]')
  await page.getByText('“gone.mp4” cannot be read. Choose it again.').waitFor()
  assert.equal(await page.inputValue('input[name=title]'), '<img src=x onerror=alert(1)>')
  await page.setInputFiles('input[type=file]', video)
  await page.click('[data-upload]')
  const card = toast(page, 'upload')
  await passUntil(page, there(card))
  assert.match(await card.locator('[data-title]').textContent(), /<img src=x onerror=alert\(1\)>/)
  assert.equal(await page.locator('[data-toast] img').count(), 0)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('the dialog works from the keyboard and returns the focus', async () => {
  const page = await start('')
  const opener = page.getByRole('button', { name: 'Open storage' })
  await opener.focus()
  await page.keyboard.press('Enter')
  await page.locator('[data-storage-dialog]').waitFor()
  await page.getByRole('tab', { name: 'Upload' }).focus()
  await page.keyboard.press('ArrowRight')
  assert.equal(await page.getByRole('tab', { name: 'Manage' }).getAttribute('aria-selected'), 'true')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Manage')
  await page.keyboard.press('Home')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Upload')
  await page.keyboard.press('Escape')
  await page.locator('[data-storage-dialog]').waitFor({ state: 'hidden' })
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Open storage')
  await page.context().close()
})

test('Tab reaches the toasts, Escape closes them and returns the focus', async () => {
  const page = await start('')
  await page.locator('.demo-notes').focus()
  await page.evaluate(() => {
    backgroundTasks.toast.info('one', { duration: 1e9 })
    backgroundTasks.toast.info('two', { duration: 1e9 })
  })
  await page.locator('[data-toast]').nth(1).waitFor({ state: 'attached' })
  const focused = () => page.evaluate(() => document.activeElement.closest('[data-toast]')?.querySelector('[data-title]').textContent ?? document.activeElement.tagName)
  assert.equal(await focused(), 'TEXTAREA', 'a new toast takes no focus')
  await page.locator('.demo-events').focus()
  await page.keyboard.press('Tab')
  assert.equal(await focused(), 'two')
  assert.equal(await page.locator('[data-toast-list]').getAttribute('data-expanded'), 'true')
  await page.keyboard.press('Escape')
  assert.equal(await focused(), 'one', 'the next one has the focus')
  await page.keyboard.press('Escape')
  assert.equal(await focused(), 'DIV', 'and then the element that had it before')
  await page.context().close()
})

test('toasts do not time out while hovered', async () => {
  const page = await start('')
  await page.evaluate(() => backgroundTasks.toast.success('Saved', { id: 'save' }))
  const card = page.locator('[data-toast-id=save]')
  await pass(page, 1_000)
  await card.hover()
  await pass(page, 20_000, 500)
  assert.equal(await card.getAttribute('data-phase'), 'shown')
  await page.mouse.move(10, 10)
  await passUntil(page, gone(card), 5_000)
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
  assert.deepEqual(seen.task, { id: seen.id, kind: 'video', title: 'talk.mp4', attachmentId: 7, state: 'queued', progress: null, error: null, meta: null })
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

test('the page is in Chinese if its address says so', async () => {
  const page = await start('lang=zh-CN&speed=10')
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await passUntil(page, is(toast(page, 'video'), 'success'))
  assert.deepEqual((await said(page, 'video')).at(-1), ['success', '🎉 视频处理完成：talk.mp4', 'AI 功能现已可用'])
  await page.context().close()
})

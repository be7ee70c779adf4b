// The life of a task on the demo page, in each engine: start, progress, success, failure, Retry, Cancel.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { video } from '../support.mjs'
import { openDemo, said, tasks, withEngine, world } from './engine.mjs'

withEngine()

let folder
before(async () => { folder = await mkdtemp(join(tmpdir(), 'files-')) })
after(() => rm(folder, { recursive: true }))

/** Writes a file, and returns its path. */
async function file(name, content) {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

/** Chooses files in the storage dialog, opens it if need be. */
async function choose(page, ...paths) {
  if (!(await page.evaluate(() => document.querySelector('dialog[open]') !== null))) await page.click('button', 'Open storage')
  await page.click('[role=tab]', 'Upload')
  await page.setFiles('input[type=file]', ...paths)
}

const LONG = { queued_ms: 0, running_ms: 60_000 }
const startVideo = (page) => page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
const isState = (page, state) => page.until((state) => backgroundTasks.tasks()[0]?.state === state, state)
const percents = (history) => history.flatMap(([, title]) => title.match(/\((\d+)%\)/)?.[1] ?? []).map(Number)

test('a video is uploaded, processed and embedded, with the exact texts', async () => {
  const w = world()
  await w.plan({ upload_bytes_per_second: 20_000, video: { queued_ms: 0, running_ms: 1_500 }, embedding: { running_ms: 600 } })
  const page = await openDemo(`${w.query}&interval=100`)
  await choose(page, video)
  await page.click('[data-upload]')
  await page.waitFor('[data-toast-id^="upload_"]')
  assert.equal(await page.value('input[name=title]'), '', 'the form is empty at once')
  assert.equal(await page.value('input[type=file]'), '')
  assert.equal(await page.evaluate(() => find('[role=tab]', 'Manage').ariaSelected), 'true')

  await page.press('Escape')
  await page.until(() => !document.querySelector('dialog[open]'))
  await page.waitFor('[data-toast-id^="video_"][data-kind=success]')
  await page.waitFor('[data-toast-id^="embedding_"][data-kind=success]')
  const began = (kind, all) => Number(all.find((task) => task.kind === kind).id.split('_').at(-1))
  const all = await tasks(page)
  const wait = began('embedding', all) - began('video', all)
  assert.ok(wait >= 4_900 && wait <= 7_000, `the embedding started after ${wait} ms`)

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

  for (const [history, least, ceiling] of [[uploads, 0, 99], [videos, 3, 90], [embeddings, 2, 100]]) {
    const shown = percents(history)
    assert.ok(shown.length >= least, `progress is shown: ${history.map(([, title]) => title)}`)
    assert.deepEqual(shown, [...shown].sort((one, other) => one - other), 'it never decreases')
    assert.ok(shown.every((percent) => percent <= ceiling))
  }
  await page.collect()
  assert.deepEqual(page.problems, [])
})

test('a file that is no video is done with its upload', async () => {
  const w = world()
  const page = await openDemo(w.query)
  await choose(page, await file('notes.txt', 'hello'))
  await page.fill('input[name=title]', 'My notes')
  await page.click('[data-upload]')
  await page.waitFor('[data-toast-id^="upload_"][data-kind=success]')
  assert.deepEqual((await said(page, 'upload')).at(-1), ['success', '🎉 Upload completed: My notes', ''])
  assert.equal((await tasks(page)).length, 1)
  assert.deepEqual((await w.attachments()).map(({ title, size }) => [title, size]), [['My notes', 5]])
})

test('a failure shows its reason, and Retry in its toast continues the task', async () => {
  const w = world()
  await w.plan({ video: { queued_ms: 0, running_ms: 100, outcome: 'failed', error: 'No audio track' } })
  const page = await openDemo(`${w.query}&interval=100`)
  const id = await startVideo(page)
  const card = `[data-toast-id="${id}"]`
  await page.waitFor(`${card}[data-kind=error]`)
  assert.equal(await page.text(`${card} [data-title]`), '❌ Video processing failed: talk.mp4')
  assert.match(await page.text(`${card} [data-description]`), /No audio track/)
  await w.plan({ video: { queued_ms: 0, running_ms: 100 } })
  await page.click(`${card} [data-action]`)
  await page.waitFor(`${card}[data-kind=success]`)
  assert.deepEqual((await tasks(page)).map((task) => [task.id, task.state]), [[id, 'succeeded']])
})

test('a closed toast stays closed until its task ends', async () => {
  const w = world()
  await w.plan({ video: LONG })
  const page = await openDemo(`${w.query}&interval=50`)
  await startVideo(page)
  await page.click('[data-toast-id^="video_"] [data-close]')
  await page.waitUntilGone('[data-toast]')
  await page.until(() => backgroundTasks.tasks()[0].progress >= 1)
  assert.equal(await page.count('[data-toast]'), 0)
  assert.equal(await page.attribute('[data-tasks-indicator]', 'data-active'), '1')
  await w.plan({ video: { queued_ms: 0, running_ms: 0 } })
  await page.waitFor('[data-toast-id^="video_"][data-kind=success]')
})

test('the list can cancel, retry and clear a task whose toast is gone', async () => {
  const w = world()
  await w.plan({ video: LONG })
  const page = await openDemo(`${w.query}&interval=100`)
  await startVideo(page)
  await isState(page, 'running')
  await page.click('[data-tasks-indicator]')
  const row = '[data-task-list] [data-task]'
  assert.equal(await page.count(row), 1)
  await page.click(`${row} button`, 'Cancel: talk.mp4')
  await page.waitFor(`${row}[data-task-state=cancelled]`)
  await page.click('[data-toast] [data-close]')
  await page.waitUntilGone('[data-toast]')
  await w.plan({ video: { queued_ms: 0, running_ms: 100 } })
  await page.click(`${row} button`, 'Retry: talk.mp4')
  await page.waitFor(`${row}[data-task-state=succeeded]`)
  await page.click(`${row} button`, 'Clear: talk.mp4')
  await page.waitUntilGone(row)
  assert.match(await page.text('.ybt-panel'), /No tasks yet/)
  await page.press('Escape')
  await page.waitUntilGone('[data-task-list]')
})

test('the form names each invalid input, and keeps what was entered', async () => {
  const page = await openDemo('speed=20')
  await page.click('button', 'Open storage')
  const submit = async (expected) => {
    await page.click('[data-upload]')
    await page.until((expected) => JSON.stringify(findAll('[data-storage-dialog] [role=alert]').map(({ textContent }) => textContent)) === expected,
      JSON.stringify(expected))
  }
  await submit(['Choose a file first.', 'Enter a title.'])
  await page.setFiles('input[type=file]', await file('empty.mp4', ''))
  await submit(['“empty.mp4” is empty. Choose a file with content.', ''])
  await page.setFiles('input[type=file]', video)
  await page.fill('input[name=title]', '   ')
  await submit(['', 'Enter a title.'])
  await page.evaluate(() => {
    const field = find('input[name=title]')
    field.value = 'x'.repeat(10_000)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })
  await submit(['', 'A title can have at most 255 characters.'])
  assert.equal((await page.value('input[name=title]')).length, 10_000)
  const gone = await file('gone.mp4', 'moov')
  await page.setFiles('input[type=file]', gone)
  await rm(gone)
  await page.fill('input[name=title]', '<img src=x onerror=alert(1)>')
  await page.click('[data-upload]')
  await page.until(() => !!find('[role=alert]', '“gone.mp4” cannot be read. Choose it again.'))
  assert.equal(await page.value('input[name=title]'), '<img src=x onerror=alert(1)>')
  await page.setFiles('input[type=file]', video)
  await page.click('[data-upload]')
  await page.waitFor('[data-toast-id^="upload_"] [data-title]')
  assert.match((await said(page, 'upload'))[0][1], /<img src=x onerror=alert\(1\)>/)
  assert.equal(await page.count('[data-toast] img'), 0)
  await page.collect()
  assert.deepEqual(page.problems, [])
})

test('the dialog works from the keyboard and returns the focus', async () => {
  const page = await openDemo()
  const focused = () => page.evaluate(() => globalThis.focused().textContent)
  await page.focus('button', 'Open storage')
  await page.press('Enter')
  await page.until(() => document.querySelector('dialog[open]') !== null)
  await page.focus('[role=tab]', 'Upload')
  await page.press('ArrowRight')
  assert.equal(await page.evaluate(() => find('[role=tab]', 'Manage').ariaSelected), 'true')
  assert.equal(await focused(), 'Manage')
  await page.press('Home')
  assert.equal(await focused(), 'Upload')
  await page.press('Escape')
  await page.until(() => !document.querySelector('dialog[open]'))
  assert.equal(await focused(), 'Open storage')
})

test('the page is in Chinese if its address says so', async () => {
  const page = await openDemo('lang=zh-CN&speed=20')
  assert.equal(await page.attribute('html', 'lang'), 'zh-CN')
  await startVideo(page)
  await page.waitFor('[data-toast-id^="video_"][data-kind=success]')
  assert.deepEqual((await said(page, 'video')).at(-1), ['success', '🎉 视频处理完成：talk.mp4', 'AI 功能现已可用'])
})

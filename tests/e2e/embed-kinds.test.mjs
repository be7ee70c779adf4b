// Kinds of jobs that a host page defines: the option `kinds` and `startTask()`.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, close, ready, withBarePage } from './bare.mjs'

withBarePage()

const KINDS = {
  transcript: {
    endpoint: 'v2/transcripts',
    intervalMs: 20,
    ceiling: 50,
    texts: { working: '✍️ Transcribing: {title}', succeeded: 'Subtitles ready: {title}' },
  },
}

test('a kind has its own endpoint, policy and texts, and texts.jobs replaces the latter', async () => {
  const page = await bare()
  const requests = []
  await page.route('**/v2/transcripts/**', (route) => {
    const request = route.request()
    requests.push(`${request.method()} ${new URL(request.url()).pathname.split('/v2/')[1]}`)
    const isStart = request.method() === 'POST'
    const statuses = requests.length
    const status = statuses < 4 ? { status: 'running', progress: 80 } : { status: 'done' }
    return route.fulfill({ status: isStart ? 202 : 200, json: isStart ? { queue_id: 't-1' } : status })
  })
  const seen = await page.evaluate(async (kinds) => {
    globalThis.tasks = new BackgroundTasks({
      baseUrl: base, store: null, kinds,
      texts: { jobs: { transcript: { succeeded: 'Done: {title}' } } },
    })
    const progress = []
    tasks.subscribe((task) => progress.push(task.progress))
    const id = tasks.startTask('transcript', 7, 'talk.mp4')
    const titles = [tasks.toast.toasts()[0].title]
    const { kind, state } = await tasks.finished(id)
    titles.push(tasks.toast.toasts()[0].title)
    return { kind, state, titles, most: Math.max(...progress.filter((percent) => percent !== 100)) }
  }, KINDS)
  assert.deepEqual(seen, {
    kind: 'transcript', state: 'succeeded', titles: ['✍️ Transcribing: talk.mp4', 'Done: talk.mp4'], most: 50,
  })
  const status = 'GET transcripts/status/t-1'
  assert.deepEqual(requests, ['POST transcripts/start', status, status, status])
  await close(page)
})

test('startTask() with a key monitors a job that has been started, also of a built-in kind', async () => {
  const page = await bare()
  const calls = await page.evaluate(async (kinds) => {
    const calls = []
    globalThis.tasks = new BackgroundTasks({
      store: null, kinds,
      client: {
        status: async ({ kind, attachmentId, key }) => {
          calls.push(`status ${kind} ${attachmentId} ${key}`)
          return { status: 'done' }
        },
        start: async (kind, attachmentId) => {
          calls.push(`start ${kind} ${attachmentId}`)
          return { queue_id: 'q-own' }
        },
      },
    })
    await tasks.finished(tasks.startTask('transcript', 7, 'talk.mp4', { key: 81n }))
    await tasks.finished(tasks.startTask('video', 8, 'talk.mp4', { key: 'q-1' }))
    await tasks.finished(tasks.startTask('video', 9, 'talk.mp4'))
    return calls
  }, KINDS)
  assert.deepEqual(calls, ['status transcript 7 81', 'status video 8 q-1', 'start video 9', 'status video 9 q-own'])
  await close(page)
})

test('a task of a kind continues after a reload', async () => {
  const page = await bare()
  let status = { status: 'running' }
  await page.route('**/v2/transcripts/**', (route) => route.fulfill({ json: status }))
  const start = (kinds) => {
    globalThis.tasks = new BackgroundTasks({ baseUrl: base, store: 'kinds', kinds })
  }
  await page.evaluate(start, KINDS)
  await page.evaluate(() => tasks.startTask('transcript', 7, 'talk.mp4', { key: 't-1' }))
  await page.waitForFunction(() => tasks.tasks()[0].state === 'running')
  await page.reload()
  await ready(page)
  await page.evaluate(start, KINDS)
  assert.equal(await page.evaluate(() => tasks.toast.toasts()[0].title), '✍️ Transcribing: talk.mp4')
  status = { status: 'done' }
  await page.waitForFunction(() => tasks.tasks()[0].state === 'succeeded')
  await close(page)
})

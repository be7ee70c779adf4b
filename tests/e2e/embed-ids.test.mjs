// Ids in JavaScript: numbers, strings and bigints, exact beyond 2^53.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SLOW, bare, close, withBarePage } from './bare.mjs'

withBarePage()

test('a task has the id of its attachment: a number, or a string if it is one or not exact as a number', async () => {
  const page = await bare({ store: null })
  await page.world.plan(SLOW)
  const ids = await page.evaluate(() => {
    const ids = [7, '7', 'seven', 2 ** 53 - 1, 7n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n, 2n ** 64n, '9007199254740993']
    return ids.map((attachmentId) => {
      const id = tasks.startVideoProcessingTask(attachmentId, 'talk.mp4', `q-${attachmentId}`)
      return tasks.tasks().find((task) => task.id === id).attachmentId
    })
  })
  assert.deepEqual(ids, [
    7, '7', 'seven', 2 ** 53 - 1, 7, 2 ** 53 - 1, '9007199254740992', '9007199254740993', '18446744073709551615', '18446744073709551616',
    '9007199254740993',
  ])
  await close(page)
})

test('requests carry ids beyond 2^53 exactly, and task ids contain them', async () => {
  const page = await bare({ store: null })
  await page.world.plan(SLOW)
  const id = await page.evaluate(async () => {
    const id = tasks.startEmbeddingTask(2n ** 53n + 1n, 'talk.mp4')
    await until(() => tasks.tasks()[0].state === 'running')
    return id
  })
  assert.match(id, /^embedding_9007199254740993_\d+$/)
  const [check] = (await page.world.requests()).filter(({ operation }) => operation === 'embedding-status')
  assert.deepEqual(check.ids, ['9007199254740993'])
  await close(page)
})

test('a queue id is a string, a number or a bigint', async () => {
  const page = await bare({ store: null })
  await page.world.plan(SLOW)
  await page.evaluate(async () => {
    for (const queueId of ['q-1', 8, 2n ** 53n + 1n]) tasks.startVideoProcessingTask(7, 'talk.mp4', queueId)
    await until(() => tasks.tasks().every(({ state }) => state === 'running'))
  })
  const checks = (await page.world.requests()).filter(({ operation }) => operation === 'video-status')
  assert.deepEqual([...new Set(checks.flatMap(({ ids }) => ids))].sort(), ['8', '9007199254740993', 'q-1'])
  await close(page)
})

test('an id that is not exact, negative or empty throws a TypeError that names it', async () => {
  const page = await bare({ store: null })
  const thrown = await page.evaluate(() => {
    const wrong = [2 ** 53, -1, 1.5, -1n, '', null, undefined, true, {}]
    const message = (call) => {
      try {
        return call()
      } catch (error) {
        return `${error.name}: ${error.message}`
      }
    }
    const calls = wrong.flatMap((id) => [
      () => tasks.startEmbeddingTask(id, 'talk.mp4'),
      () => tasks.startVideoProcessingTask(7, 'talk.mp4', id),
    ])
    return calls.map(message)
  })
  const expected = 'must be a non-empty string, an integer from 0 to 2^53 - 1, or a bigint from 0'
  thrown.forEach((message, index) => {
    assert.equal(message, `TypeError: ${index % 2 ? 'queueId' : 'attachmentId'} ${expected}`)
  })
  assert.deepEqual(await page.evaluate(() => tasks.tasks()), [])
  await close(page)
})

test('an upload has the id that the server sent once it has succeeded, and null before', async () => {
  const page = await bare()
  const ids = await page.evaluate(async () => {
    const client = {
      status: async () => ({ status: 'running' }),
      upload: async ({ title }) => ({ id: title === 'number' ? 7 : '9007199254740993', title, content_type: 'text/plain' }),
    }
    globalThis.tasks = new BackgroundTasks({ client, store: null })
    const upload = (title) => tasks.upload(new File(['text'], 'notes.txt'), { title })
    const started = ['number', 'string'].map(upload)
    const before = tasks.tasks().map(({ attachmentId }) => attachmentId)
    const ended = await Promise.all(started.map((id) => tasks.finished(id)))
    return [before, ended.map(({ attachmentId }) => attachmentId)]
  })
  assert.deepEqual(ids, [[null, null], [7, '9007199254740993']])
  await close(page)
})

test('a client of the host page receives ids beyond 2^53 as strings', async () => {
  const page = await bare()
  const job = await page.evaluate(async () => {
    const jobs = []
    const client = { status: async (job) => { jobs.push(job); return { status: 'done' } } }
    globalThis.tasks = new BackgroundTasks({ client, store: null })
    await tasks.finished(tasks.startEmbeddingTask(2n ** 53n + 1n, 'talk.mp4'))
    return jobs[0]
  })
  assert.deepEqual(job, { kind: 'embedding', attachmentId: '9007199254740993', key: '9007199254740993' })
  await close(page)
})

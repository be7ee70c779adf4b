// Metadata that a host page attaches to tasks.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SLOW, bare, close, ready, withBarePage } from './bare.mjs'

withBarePage()

const META = { course: { id: 7, tags: ['a', 'ü\u2028'] }, draft: false, none: null, size: 1.5, 'long key': '\u0000"\\' }

test('a task has its metadata in tasks(), events, other tabs and after a reload', async () => {
  const page = await bare({ store: 'meta' })
  await page.world.plan(SLOW)
  const ids = await page.evaluate(async (meta) => {
    globalThis.heard = []
    tasks.subscribe((task) => heard.push(task.meta))
    document.addEventListener('taskchange', ({ detail }) => heard.push(detail.meta))
    const ids = [
      tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1', { meta }),
      tasks.startEmbeddingTask(8, 'talk.mp4', { meta }),
    ]
    await until(() => tasks.tasks().every(({ state }) => state === 'running'))
    return ids
  }, META)
  const metas = (page) => page.evaluate((ids) => ids.map((id) => tasks.tasks().find((task) => task.id === id)?.meta), ids)
  assert.deepEqual(await metas(page), [META, META])
  const heard = await page.evaluate(() => heard)
  assert.ok(heard.length > 0)
  for (const meta of heard) assert.deepEqual(meta, META)

  const tab = await page.context().newPage()
  tab.world = page.world
  await tab.goto(page.url())
  await ready(tab)
  await tab.evaluate(() => { globalThis.tasks = new BackgroundTasks({ baseUrl: base, store: 'meta' }) })
  await tab.waitForFunction(() => tasks.tasks().length === 2)
  assert.deepEqual(await metas(tab), [META, META])
  await tab.close()

  await page.reload()
  await ready(page)
  await page.evaluate(() => { globalThis.tasks = new BackgroundTasks({ baseUrl: base, store: 'meta' }) })
  assert.deepEqual(await metas(page), [META, META])
  await close(page)
})

test('the tasks that follow an upload have its metadata, and a task without has null', async () => {
  const page = await bare({ store: null, embeddingStart: 0 })
  await page.world.plan(SLOW)
  const metas = await page.evaluate(async () => {
    tasks.upload(new File([new Uint8Array(1000)], 'talk.mp4', { type: 'video/mp4' }), { title: 'talk', meta: ['lesson', 3] })
    tasks.startEmbeddingTask(99, 'other')
    await until(() => ['upload', 'video', 'embedding'].every((kind) => tasks.tasks().some((task) => task.kind === kind && task.title === 'talk')))
    return tasks.tasks().map(({ kind, title, meta }) => [kind, title, meta]).sort()
  })
  assert.deepEqual(metas, [
    ['embedding', 'other', null], ['embedding', 'talk', ['lesson', 3]], ['upload', 'talk', ['lesson', 3]], ['video', 'talk', ['lesson', 3]],
  ])
  await close(page)
})

test('any JSON value is metadata, and the value is copied', async () => {
  const page = await bare({ store: null })
  const metas = await page.evaluate(() => {
    const meta = { list: [1] }
    const values = ['text', 0, -1.5e300, true, false, null, undefined, [], {}, meta, { left: undefined, date: new Date(0) }]
    const started = values.map((meta, index) => tasks.startEmbeddingTask(index, 'talk.mp4', { meta }))
    meta.list.push(2)
    return started.map((id) => tasks.tasks().find((task) => task.id === id).meta)
  })
  assert.deepEqual(metas, [
    'text', 0, -1.5e300, true, false, null, null, [], {}, { list: [1] }, { date: '1970-01-01T00:00:00.000Z' },
  ])
  await close(page)
})

test('metadata that is not JSON, or longer than 4096 bytes, throws a TypeError that names it', async () => {
  const page = await bare({ store: null })
  const thrown = await page.evaluate(() => {
    const cycle = {}
    cycle.self = cycle
    const wrong = {
      cycle,
      function: () => {},
      nested: { list: [() => {}] },
      bigint: 7n,
      'nested bigint': { id: 7n },
      symbol: Symbol('a'),
      NaN: NaN,
      'nested Infinity': [Infinity],
      throwing: { toJSON() { throw new Error('on purpose') } },
      getter: { get value() { throw new Error('on purpose') } },
      long: 'x'.repeat(4095),
      'long in bytes': 'ü'.repeat(2048),
    }
    const file = new File(['text'], 'notes.txt')
    return Object.entries(wrong).flatMap(([name, meta]) => [
      () => tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1', { meta }),
      () => tasks.startEmbeddingTask(7, 'talk.mp4', { meta }),
      () => tasks.upload(file, { meta }),
    ].map((call) => {
      try {
        return [name, call()]
      } catch (error) {
        return [name, `${error.name}: ${error.message}`]
      }
    }))
  })
  for (const [name, message] of thrown) {
    assert.equal(message, 'TypeError: meta must be a JSON value of at most 4096 bytes', name)
  }
  assert.deepEqual(await page.evaluate(() => tasks.tasks()), [])
  const longest = await page.evaluate(() => {
    tasks.startEmbeddingTask(7, 'talk.mp4', { meta: 'x'.repeat(4094) })
    return tasks.tasks()[0].meta.length
  })
  assert.equal(longest, 4094)
  await close(page)
})

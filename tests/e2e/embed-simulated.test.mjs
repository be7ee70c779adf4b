// The option `simulated`: a server in the page.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, close, withBarePage } from './bare.mjs'

withBarePage()

const loadedFiles = (page) => page.evaluate(() =>
  performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((path) => path.includes('simulat')))

test('a simulated server processes an upload, and its files can be listed and deleted', async () => {
  const page = await bare()
  const seen = await page.evaluate(async () => {
    globalThis.tasks = new BackgroundTasks({ intervalMs: 20, embeddingStart: 0, simulated: { speed: 100 } })
    const progress = []
    tasks.subscribe((task) => task.kind === 'upload' && progress.push(task.progress))
    const file = new File([new Uint8Array(3_000_000)], 'talk.mp4', { type: 'video/mp4' })
    const { attachmentId } = await tasks.finished(tasks.upload(file, { title: 'My talk' }))
    await until(() => tasks.tasks().length === 3 && tasks.tasks().every(({ state }) => state === 'succeeded'))
    const listed = await tasks.attachments()
    await tasks.deleteAttachment(attachmentId)
    const left = await tasks.attachments()
    const gone = await tasks.deleteAttachment(attachmentId).catch(({ status }) => status)
    return { attachmentId, listed, left, gone, kinds: tasks.tasks().map(({ kind }) => kind).sort(), stored: Object.keys(localStorage) }
  })
  assert.deepEqual(seen.kinds, ['embedding', 'upload', 'video'])
  assert.deepEqual(seen.listed, [{ id: seen.attachmentId, title: 'My talk', content_type: 'video/mp4', size: 3_000_000 }])
  assert.deepEqual([seen.left, seen.gone], [[], 404])
  assert.ok(seen.stored.every((key) => key.includes('%2Fsimulated%2F')), `a store of its own: ${seen.stored}`)
  assert.deepEqual(await page.world.requests(), [])
  await close(page)
})

test('the same seed gives the same run, and failureRate the share of jobs that fail', async () => {
  const page = await bare()
  const [first, again, other, all] = await page.evaluate(async () => {
    const run = async (simulated) => {
      const tasks = new BackgroundTasks({ store: null, intervalMs: 20, simulated: { speed: 1000, ...simulated } })
      const ids = Array.from({ length: 12 }, (_, index) => tasks.startTask('video', index, 'talk.mp4', { key: `q-${index}` }))
      const ends = await Promise.all(ids.map((id) => tasks.finished(id)))
      tasks.destroy()
      return ends.map(({ state, error }) => [state, error])
    }
    const half = { seed: 7, failureRate: 0.5 }
    return [await run(half), await run(half), await run({ ...half, seed: 8 }), await run({ failureRate: 1 })]
  })
  assert.deepEqual(first, again)
  assert.notDeepEqual(first, other)
  const states = (ends) => new Set(ends.map(([state]) => state))
  assert.deepEqual([...states(first)].sort(), ['failed', 'succeeded'])
  assert.deepEqual([...states(all)], ['failed'])
  await close(page)
})

test('tasks can be cancelled, and jobs of kinds run too', async () => {
  const page = await bare()
  const states = await page.evaluate(async () => {
    // So slow that nothing ends before it is cancelled.
    globalThis.tasks = new BackgroundTasks({
      store: null, intervalMs: 20, simulated: { speed: 0.3 }, kinds: { transcript: { endpoint: 'transcripts' } },
    })
    const ends = []
    for (const start of [
      () => tasks.startTask('transcript', 7, 'talk.mp4'),
      () => tasks.upload(new File([new Uint8Array(20_000_000)], 'large.bin')),
    ]) {
      const id = start()
      await until(() => tasks.tasks().find((task) => task.id === id).progress > 0)
      tasks.cancel(id)
      ends.push((await tasks.finished(id)).state)
    }
    return ends
  })
  assert.deepEqual(states, ['cancelled', 'cancelled'])
  await close(page)
})

test('the attribute does the same, and only pages that use the simulator load it', async () => {
  const page = await bare()
  await page.evaluate(() => { globalThis.real = new BackgroundTasks({ store: null, simulated: false }) })
  assert.deepEqual(await loadedFiles(page), [])
  const state = await page.evaluate(async () => {
    document.body.insertAdjacentHTML('beforeend', '<background-tasks simulated interval-ms="20"></background-tasks>')
    const { api } = document.querySelector('background-tasks')
    api.startTask('embedding', 7, 'talk.mp4', { key: 7 })
    return until(() => ['running', 'succeeded'].find((state) => state === api.tasks()[0].state))
  })
  assert.ok(state)
  assert.deepEqual((await loadedFiles(page)).map((path) => path.replace(/^.*\/pkg\//, '')).sort(), [
    'simulated.js', 'simulated/simulator.js', 'simulated/simulator_bg.wasm',
  ])
  await close(page)
})

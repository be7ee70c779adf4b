// The option `onError`: failures for an error tracker.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, close, ready, withBarePage } from './bare.mjs'

withBarePage()

/** Statuses of jobs by their keys; a number is an HTTP status. */
const ENDS = { good: 'done', bad: 'failed', refused: 403, stopped: 'running' }

/** Sets up an instance whose errors are collected as `errors`. */
const watch = (page, options = {}) => page.evaluate(([ends, options]) => {
  globalThis.errors = []
  globalThis.tasks = new BackgroundTasks({
    store: null, intervalMs: 10,
    onError: (error, context) => { errors.push([error, context]) },
    client: {
      status: async ({ key }) => {
        if (Number(ends[key])) throw Object.assign(new Error('Not for you'), { status: ends[key] })
        return { status: ends[key], ...(ends[key] === 'failed' && { error: 'No audio' }) }
      },
    },
    ...options,
  })
}, [ENDS, options])

/** What was collected, by task. */
const collected = (page) => page.evaluate(() => errors.map(([error, { source, task }]) =>
  [error instanceof Error, error.name, error.message, error.status, source, task && [task.title, task.state, task.error, task.meta]]))

test('onError is called once for each failed task, with its reason, and for no other end', async () => {
  const page = await bare()
  await watch(page, { lang: 'zh-CN', upload: { types: ['video/*'] } })
  await page.evaluate(async (keys) => {
    const ids = keys.map((key) => tasks.startVideoProcessingTask(7, key, key, { meta: { course: key } }))
    const refused = tasks.upload(new File(['text'], 'notes.txt', { type: 'text/plain' }))
    await Promise.all([...ids.slice(0, 3), refused].map((id) => tasks.finished(id)))
    tasks.cancel(ids[3])
    await tasks.finished(ids[3])
  }, Object.keys(ENDS))
  const errors = (await collected(page)).sort((one, other) => one[5][0].localeCompare(other[5][0]))
  assert.deepEqual(errors[0], [
    true, 'BackgroundTasksError', 'the job failed: No audio', undefined, 'task', ['bad', 'failed', 'No audio', { course: 'bad' }],
  ])
  const [, , message, status, source, [title, , shown]] = errors[1]
  assert.deepEqual([title, message, status, source], ['refused', 'the server responded with status 403', 403, 'task'])
  assert.match(shown, /Not for you/)
  assert.equal(errors.length, 2)
  // A retry that fails is another failure.
  await page.evaluate(async () => {
    const { id } = tasks.tasks().find(({ title }) => title === 'refused')
    tasks.retry(id)
    await tasks.finished(id)
  })
  assert.equal((await collected(page)).length, 3)
  await close(page)
})

test('of two tabs that share a task, one reports it', async () => {
  const page = await bare()
  const other = await page.context().newPage()
  await other.goto(page.url())
  other.world = page.world
  await ready(other)
  for (const tab of [page, other]) await watch(tab, { store: 'errors' })
  const count = async () => (await collected(page)).length + (await collected(other)).length
  for (const failures of [1, 2]) {
    await page.evaluate(() => tasks.startVideoProcessingTask(7, 'bad', 'bad'))
    for (const end = Date.now() + 20_000; await count() < failures;) assert.ok(Date.now() < end, `not ${failures} reports`)
    for (const tab of [page, other]) {
      await tab.waitForFunction((failures) => tasks.tasks().filter(({ state }) => state === 'failed').length === failures, failures)
    }
    assert.equal(await count(), failures)
  }
  await close(page)
})

test('onError hears that tasks cannot be stored', async () => {
  const page = await bare(undefined, { init: () => {
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }
  } })
  await watch(page, { store: 'errors' })
  await page.evaluate(() => tasks.startVideoProcessingTask(7, 'stopped', 'stopped'))
  await page.waitForFunction(() => errors.length > 0)
  const [[isError, , message, status, source, task]] = await collected(page)
  assert.deepEqual([isError, status, source, task], [true, undefined, 'storage', null])
  assert.match(message, /cannot be saved/)
  await close(page)
})

test('onError hears of records that cannot be read when it is set up', async () => {
  const page = await bare()
  await watch(page, { store: 'errors' })
  await page.evaluate(async () => {
    tasks.startVideoProcessingTask(7, 'stopped', 'stopped')
    tasks.destroy()
    const [key] = Object.keys(localStorage).filter((key) => key.includes('video_7_'))
    localStorage.setItem(key, 'not a record')
  })
  await watch(page, { store: 'errors' })
  const [[, , message, , source]] = await collected(page)
  assert.equal(source, 'storage')
  assert.match(message, /saved task/)
  await close(page)
})

test('an onError that throws, rejects or destroys harms nothing', async () => {
  const page = await bare()
  const states = await page.evaluate(async () => {
    const states = []
    const hooks = [
      () => { throw new Error('on purpose: onError') },
      () => Promise.reject(new Error('on purpose: onError')),
    ]
    for (const onError of hooks) {
      const tasks = new BackgroundTasks({ store: null, onError, client: { status: async () => ({ status: 'failed' }) } })
      states.push((await tasks.finished(tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))).state)
      tasks.destroy()
    }
    let isDestroyed = false
    const tasks = new BackgroundTasks({
      store: null, client: { status: async () => ({ status: 'failed' }) },
      onError: () => { tasks.destroy(); isDestroyed = true },
    })
    tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    await until(() => isDestroyed)
    return states
  })
  assert.deepEqual(states, ['failed', 'failed'])
  await close(page, [/on purpose: onError/])
})

test('a trap of the module is reported once, and removes what is shown; the module is not called again', async () => {
  const init = () => {
    // A function that traps.
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 116, 0, 0, 10, 5, 1, 3, 0, 0, 11]
    const trap = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes))).exports.t
    const instantiate = WebAssembly.instantiateStreaming
    globalThis.calls = 0
    const watched = (call) => (...values) => {
      globalThis.calls += 1
      return globalThis.traps ? trap() : call(...values)
    }
    WebAssembly.instantiateStreaming = async (...source) => {
      const { instance, module } = await instantiate.apply(WebAssembly, source)
      const exports = Object.entries(instance.exports)
      const all = exports.map(([name, value]) => [name, typeof value === 'function' ? watched(value) : value])
      return { module, instance: { exports: Object.fromEntries(all) } }
    }
  }
  const page = await bare(null, { init })
  await watch(page)
  await page.evaluate(() => tasks.startVideoProcessingTask(7, 'stopped', 'stopped'))
  await page.locator('[data-toast]').waitFor()
  // The next check of the job traps, in a timer.
  await page.evaluate(() => {
    globalThis.held = [tasks.tasks, tasks.subscribe]
    globalThis.traps = true
  })
  await page.waitForFunction(() => errors.length)
  const [[isError, name, message, , source, task], ...more] = await collected(page)
  assert.deepEqual([isError, name, source, task, more], [true, 'BackgroundTasksError', 'panic', null, []])
  assert.match(message, /has stopped because of a bug.*the page continues.*unreachable/s)
  assert.equal(await page.locator('[data-toast]').count(), 0)
  const calls = await page.evaluate(() => calls)
  await page.keyboard.press('Alt+T')
  await page.setViewportSize({ width: 375, height: 700 })
  const refusals = await page.evaluate(() => [
    () => tasks.tasks(), () => new BackgroundTasks(), () => held[0](), () => held[1](() => {}),
  ].map((call) => {
    try { return call() } catch (error) { return error.message }
  }))
  for (const refusal of refusals) assert.match(refusal, /has stopped: see the console/)
  await page.evaluate(() => tasks.destroy())
  assert.equal(await page.evaluate(() => calls), calls)
  assert.equal(await page.evaluate(() => errors.length), 1)
  await close(page, [/unreachable/, /has stopped because of a bug/])
})

// The JavaScript API on a bare page: finished tasks, signals, callbacks.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAST, SLOW, bare, close, withBarePage } from './bare.mjs'

withBarePage()

const open = async (plan, options = {}) => {
  const page = await bare(options)
  await page.world.plan(plan)
  return page
}

test('unknown ids do nothing, and strings are not parsed as markup', async () => {
  const page = await open(FAST)
  await page.evaluate(() => {
    for (const call of ['retry', 'cancel', 'dismiss', 'pause', 'resume', 'clear']) tasks[call]('nobody')
    tasks.toast.dismiss('nobody')
    tasks.toast.update('nobody', { title: 'x' })
    tasks.startVideoProcessingTask('<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)> \ud800', 'a/b?c#d')
  })
  await page.waitForFunction(() => tasks.tasks()[0]?.state === 'succeeded')
  assert.equal(await page.locator('[data-toast] img').count(), 0)
  const [check] = (await page.world.requests()).filter(({ operation }) => operation === 'video-status')
  assert.deepEqual(check.ids, ['a/b?c#d'])
  await close(page)
})

test('finished() resolves to the task in any final state, also if it ended before', async () => {
  const page = await open({ ...FAST, video_by_id: { 'q-bad': { queued_ms: 0, running_ms: 100, outcome: 'failed', error: 'No audio' } } })
  const ends = await page.evaluate(async () => {
    const good = tasks.startVideoProcessingTask(7, 'good.mp4', 'q-good')
    const bad = tasks.startVideoProcessingTask(8, 'bad.mp4', 'q-bad')
    const upload = tasks.upload(new File(['text'], 'notes.txt', { type: 'text/plain' }))
    const stopped = tasks.startVideoProcessingTask(9, 'stopped.mp4', 'q-stopped')
    const all = Promise.all([good, bad, upload, stopped].map((id) => tasks.finished(id)))
    tasks.cancel(stopped)
    const ends = await all
    return [...ends, await tasks.finished(good)].map(({ title, kind, state, progress, error }) => [title, kind, state, progress, error])
  })
  assert.deepEqual(ends.map(([title, kind, state, , error]) => [title, kind, state, error]), [
    ['good.mp4', 'video', 'succeeded', null],
    ['bad.mp4', 'video', 'failed', 'No audio'],
    ['notes.txt', 'upload', 'succeeded', null],
    ['stopped.mp4', 'video', 'cancelled', null],
    ['good.mp4', 'video', 'succeeded', null],
  ])
  await close(page)
})

test('finished() is rejected if there is no such task, by its signal, and by destroy()', async () => {
  const page = await open(SLOW)
  const said = await page.evaluate(async () => {
    const reason = (promise) => promise.then(() => 'resolved', (error) => [error.constructor.name, error.name, error.message])
    const id = tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    const controller = new AbortController()
    const own = new AbortController()
    const waits = [
      tasks.finished('nobody'),
      tasks.finished(id, { signal: AbortSignal.abort() }),
      tasks.finished(id, { signal: controller.signal }),
      tasks.finished(id, { signal: own.signal }),
      tasks.finished(id),
    ].map(reason)
    controller.abort()
    own.abort(new RangeError('not wanted'))
    await Promise.all(waits.slice(0, 4))
    const still = tasks.tasks()[0].state
    tasks.destroy()
    return { waits: await Promise.all(waits), still }
  })
  assert.deepEqual(said.waits[0].slice(0, 2), ['Error', 'Error'])
  assert.match(said.waits[0][2], /nobody/)
  assert.deepEqual(said.waits.slice(1, 3).map((wait) => wait.slice(0, 2)), [['DOMException', 'AbortError'], ['DOMException', 'AbortError']])
  assert.deepEqual(said.waits[3], ['RangeError', 'RangeError', 'not wanted'])
  assert.deepEqual(said.waits[4].slice(0, 2), ['DOMException', 'AbortError'])
  assert.notEqual(said.still, 'cancelled', 'the signal of finished() does not cancel the task')
  await close(page)
})

test('a signal cancels its task, also on the server', async () => {
  const page = await open({ ...SLOW, upload_bytes_per_second: 100_000 })
  const ids = await page.evaluate(() => {
    globalThis.controller = new AbortController()
    const { signal } = controller
    const options = [{ signal }, { signal, title: 'large.bin' }]
    return [
      tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1', options[0]),
      tasks.startEmbeddingTask(8, 'talk.mp4', options[0]),
      tasks.upload(new File([new Uint8Array(3_000_000)], 'large.bin'), options[1]),
      tasks.startVideoProcessingTask(9, 'other.mp4', 'q-2'),
    ]
  })
  await page.waitForFunction(() => tasks.tasks().every(({ state }) => ['running', 'uploading'].includes(state)))
  await page.evaluate(() => controller.abort())
  await page.waitForFunction((ids) => ids.slice(0, 3).every((id) => tasks.tasks().find((task) => task.id === id).state === 'cancelled'), ids)
  assert.equal(await page.evaluate((id) => tasks.tasks().find((task) => task.id === id).state, ids[3]), 'running')
  const heard = await page.world.requests()
  assert.deepEqual(heard.filter(({ operation }) => operation === 'video-cancel').map(({ ids }) => ids), [['q-1']])
  const refused = await page.evaluate(() => {
    const before = tasks.tasks().length
    try {
      tasks.startEmbeddingTask(7, 'talk.mp4', { signal: AbortSignal.abort() })
    } catch (error) {
      return [error.name, tasks.tasks().length - before]
    }
  })
  assert.deepEqual(refused, ['AbortError', 0])
  await close(page)
})

test('callbacks that throw affect neither tasks nor each other', async () => {
  // Expanded, so that each toast can be clicked.
  const page = await open(FAST, { expand: true, visibleToasts: 9, duration: Infinity })
  await page.evaluate(() => {
    globalThis.heard = []
    tasks.subscribe(() => { throw new Error('on purpose: subscribe') })
    tasks.subscribe(({ state }) => heard.push(state))
    tasks.toast.message('One', { id: 'one', onClose: () => { throw new Error('on purpose: onClose') } })
    tasks.toast.message('Two', { id: 'two', action: { label: 'Go', onClick: () => { throw new Error('on purpose: onClick') } } })
    tasks.toast.promise(Promise.resolve(1), { id: 'three', loading: 'Loading', success: () => { throw new Error('on purpose: success') } })
    tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
  })
  await page.locator('[data-toast-id=two] [data-action]').click()
  await page.evaluate(() => tasks.toast.dismiss('one'))
  await page.waitForFunction(() => tasks.tasks()[0].state === 'succeeded')
  assert.equal((await page.evaluate(() => heard)).at(-1), 'succeeded')
  await page.evaluate(() => tasks.toast.success('Still here'))
  await page.getByText('Still here').first().waitFor()
  assert.ok(page.problems.some((problem) => /on purpose: subscribe/.test(problem)), 'the exception is logged')
  await close(page, [/on purpose/])
})

test('a token function that fails, or returns null, does not stop a task', async () => {
  const page = await bare()
  await page.world.plan(FAST)
  const states = await page.evaluate(async () => {
    let asked = 0
    globalThis.tasks = new BackgroundTasks({
      baseUrl: base, intervalMs: 50,
      token: async () => {
        asked += 1
        if (asked === 1) throw new Error('on purpose: token')
        return asked === 2 ? null : 'secret'
      },
    })
    const { state } = await tasks.finished(tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
    return [state, JSON.stringify(localStorage)]
  })
  assert.equal(states[0], 'succeeded')
  assert.doesNotMatch(states[1], /secret/)
  const sent = (await page.world.requests()).map(({ authorization }) => authorization)
  // The request whose token function throws is not sent.
  assert.deepEqual(sent.slice(0, 3), [false, true, true])
  await close(page, [/on purpose/])
})

test('methods can be called from within callbacks', async () => {
  const page = await open({ ...FAST, video_by_id: { 'q-bad': { queued_ms: 0, running_ms: 100, outcome: 'failed' } } })
  const outcome = await page.evaluate(async () => {
    const heard = []
    let retried = false
    const off = tasks.subscribe((task) => {
      heard.push(`${task.kind} ${task.state}`)
      if (task.state === 'failed' && !retried) {
        retried = true
        tasks.retry(task.id)
        tasks.startEmbeddingTask(9, 'from within')
        tasks.toast.info('From within', { id: 'within' })
        off()
        off()
      }
    })
    const closed = new Promise((resolve) => {
      tasks.toast.message('Closing', { id: 'closing', onClose: (reason) => {
        tasks.toast.dismiss('closing')
        tasks.toast.message('Closing', { id: 'closing' })
        tasks.cancel('nobody')
        resolve(reason)
      } })
      tasks.toast.dismiss('closing')
    })
    const bad = tasks.startVideoProcessingTask(8, 'bad.mp4', 'q-bad')
    const reason = await closed
    await until(() => retried)
    const embedding = tasks.tasks().find(({ title }) => title === 'from within')
    await tasks.finished(embedding.id)
    const { state } = await tasks.finished(bad)
    return { heard, reason, toasts: tasks.toast.toasts().map(({ id }) => id), bad: state }
  })
  assert.equal(outcome.reason, 'api')
  assert.equal(outcome.bad, 'succeeded')
  assert.ok(outcome.toasts.includes('closing') && outcome.toasts.includes('within'), String(outcome.toasts))
  assert.equal(outcome.heard.at(-1), 'video failed', 'the listener is not called after off()')
  await close(page)
})

for (const [place, begin] of Object.entries({
  'a subscription': () => tasks.subscribe(() => tasks.destroy()),
  'a second subscription': () => { tasks.subscribe(() => {}); tasks.subscribe(() => tasks.destroy()); tasks.subscribe(() => {}) },
  'onClose': () => { tasks.toast.message('x', { id: 'x', onClose: () => tasks.destroy() }); tasks.toast.dismiss('x') },
  'onClick': () => {
    tasks.toast.message('x', { id: 'x', action: { label: 'Go', onClick: () => tasks.destroy() } })
    until(() => document.querySelector('[data-background-tasks]').shadowRoot.querySelector('[data-action]')).then((button) => button.click())
  },
  'the end of a promise': () => tasks.toast.promise(Promise.resolve(), { loading: 'x', success: () => { tasks.destroy(); return 'y' } }),
  'finished()': () => tasks.finished(tasks.startEmbeddingTask(9, 'notes')).then(() => tasks.destroy()),
})) {
  test(`destroy() in ${place} ends everything`, async () => {
    const page = await open(FAST)
    await page.evaluate(begin)
    await page.evaluate(() => {
      try {
        tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
      } catch {
        // It is destroyed already.
      }
    })
    await page.waitForFunction(() => !document.querySelector('[data-background-tasks]'))
    const said = await page.evaluate(() => ['tasks', 'retryFailed', 'destroy', 'toast'].map((name) => {
      try {
        const value = tasks[name]
        if (typeof value === 'function') value.call(tasks)
        return 'nothing'
      } catch (error) {
        return `${error.name}: ${error.message}`
      }
    }))
    const destroyed = 'Error: this BackgroundTasks instance was destroyed'
    assert.deepEqual(said, [destroyed, destroyed, 'nothing', destroyed])
    await close(page)
  })
}

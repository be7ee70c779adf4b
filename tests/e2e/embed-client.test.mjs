// The option `client`: an object with an async `status` replaces HTTP.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, close, withBarePage } from './bare.mjs'

withBarePage()

test('a client monitors jobs without HTTP requests', async () => {
  const page = await bare()
  const seen = await page.evaluate(async () => {
    const asked = []
    const words = [{ status: 'queued' }, { status: 'Running', progress: '42' }, { status: 'running', progress: 250 }, { status: 'done' }]
    globalThis.tasks = new BackgroundTasks({
      intervalMs: 20,
      client: {
        words,
        async status(job, options) {
          asked.push([job, options.signal instanceof AbortSignal, options.signal.aborted])
          return this.words.shift()
        },
      },
    })
    const progress = []
    tasks.subscribe((task) => progress.push(task.progress))
    const { state } = await tasks.finished(tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
    return { state, asked, progress }
  })
  assert.equal(seen.state, 'succeeded')
  assert.deepEqual(seen.asked, Array(4).fill([{ kind: 'video', attachmentId: 7, key: 'q-1' }, true, false]))
  const shown = seen.progress.filter((progress) => progress !== null)
  assert.deepEqual(shown, [...shown].sort((one, other) => one - other))
  assert.ok(shown.includes(42) && shown.includes(90), String(shown))
  assert.deepEqual(await page.world.requests(), [])
  await close(page)
})

test('rejections of a client are classified as HTTP failures are', async () => {
  const page = await bare()
  const ends = await page.evaluate(async () => {
    const failures = {
      transient: [new Error('wire'), Object.assign(new Error('busy'), { status: 503, retryAfter: 0 }), { status: 429 }, 'text', null],
      gone: [Object.assign(new Error('No access for you'), { status: 403 })],
      odd: [],
    }
    globalThis.tasks = new BackgroundTasks({
      intervalMs: 10,
      video: { retry: { minBackoffMs: 10, maxBackoffMs: 10, maxFailures: 9 } },
      client: {
        status({ key }) {
          if (key === 'odd') return { status: 'pondering', progress: () => {} }
          const failure = failures[key].shift()
          if (failure === undefined) return { status: 'done' }
          if (failure?.status === 429) throw failure
          return Promise.reject(failure)
        },
      },
    })
    const ids = Object.keys(failures).map((key) => tasks.startVideoProcessingTask(7, key, key))
    return (await Promise.all(ids.map((id) => tasks.finished(id)))).map(({ title, state, error }) => [title, state, error])
  })
  assert.deepEqual(ends[0], ['transient', 'succeeded', null])
  assert.deepEqual(ends[1].slice(0, 2), ['gone', 'failed'])
  assert.match(ends[1][2], /No access for you/)
  assert.deepEqual(ends[2].slice(0, 2), ['odd', 'failed'])
  assert.match(ends[2][2], /pondering/)
  await close(page)
})

test('a client can upload files, start jobs and cancel them', async () => {
  const page = await bare()
  const seen = await page.evaluate(async () => {
    const calls = []
    const progress = []
    const status = { video: { status: 'done' }, embedding: { status: 'running' } }
    globalThis.tasks = new BackgroundTasks({
      intervalMs: 20, embeddingStart: 'after-video',
      client: {
        status: async ({ kind, key }) => {
          calls.push(`status ${kind} ${key}`)
          return status[kind]
        },
        upload: async ({ file, title, idempotencyKey }, { signal, onProgress }) => {
          calls.push(`upload ${file.name} ${title} ${typeof idempotencyKey} ${signal.aborted}`)
          onProgress(file.size / 2 + 0.5)
          await until(() => progress.includes(50))
          return { id: 'a-1', title, content_type: 'video/mp4' }
        },
        start: async (kind, attachmentId, { idempotencyKey }) => {
          calls.push(`start ${kind} ${attachmentId} ${typeof idempotencyKey}`)
          return kind === 'video' ? { queue_id: 'q-own' } : undefined
        },
        cancel: async ({ kind, key }) => { calls.push(`cancel ${kind} ${key}`) },
      },
    })
    tasks.subscribe((task) => task.kind === 'upload' && progress.push(task.progress))
    tasks.upload(new File([new Uint8Array(1000)], 'talk.mp4', { type: 'video/mp4' }), { title: 'My talk' })
    const running = (kind) => tasks.tasks().find((task) => task.kind === kind && task.state === 'running')
    const { id } = await until(() => running('embedding'))
    tasks.cancel(id)
    await until(() => calls.at(-1).startsWith('cancel'))
    return { calls, progress, states: tasks.tasks().map(({ kind, state }) => `${kind} ${state}`) }
  })
  assert.deepEqual([...new Set(seen.calls)], [
    'upload talk.mp4 My talk string false', 'start video a-1 string', 'status video q-own',
    'status embedding a-1', 'cancel embedding a-1',
  ])
  assert.deepEqual(seen.states.sort(), ['embedding cancelled', 'upload succeeded', 'video succeeded'])
  assert.deepEqual(await page.world.requests(), [])
  await close(page)
})

test('methods that a client lacks use baseUrl, and fail without one', async () => {
  const page = await bare()
  const ends = await page.evaluate(async () => {
    const client = { status: async () => ({ status: 'done' }) }
    const ends = []
    for (const baseUrl of [base, undefined]) {
      const tasks = new BackgroundTasks({ client, store: null, ...(baseUrl && { baseUrl }) })
      const { state, error } = await tasks.finished(tasks.upload(new File(['text'], 'notes.txt')))
      ends.push([state, error])
    }
    return ends
  })
  assert.deepEqual(ends[0], ['succeeded', null])
  assert.equal(ends[1][0], 'failed')
  assert.ok(ends[1][1].length > 10, 'with a reason')
  assert.deepEqual((await page.world.requests()).map(({ operation }) => operation), ['upload'])
  await close(page)
})

test('the signal of a client is aborted when the result is no longer needed: cancel, timeout, destroy()', async () => {
  const page = await bare()
  const aborted = await page.evaluate(async () => {
    const aborted = []
    const sent = { cancelled: Promise.withResolvers(), late: Promise.withResolvers(), destroyed: Promise.withResolvers() }
    globalThis.tasks = new BackgroundTasks({
      intervalMs: 10, video: { callLimitMs: 200, retry: { minBackoffMs: 60_000, maxBackoffMs: 60_000 } },
      client: {
        status: ({ key }, { signal }) => new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(key)
            reject(signal.reason)
          })
          sent[key].resolve()
        }),
      },
    })
    const cancelled = tasks.startVideoProcessingTask(7, 'talk.mp4', 'cancelled')
    await sent.cancelled.promise
    tasks.cancel(cancelled)
    await until(() => aborted.includes('cancelled'))
    tasks.startVideoProcessingTask(7, 'talk.mp4', 'late')
    await until(() => aborted.includes('late'))
    tasks.startEmbeddingTask('destroyed', 'talk.mp4')
    await sent.destroyed.promise
    tasks.destroy()
    await until(() => aborted.includes('destroyed'))
    return aborted
  })
  assert.deepEqual(aborted, ['cancelled', 'late', 'destroyed'])
  await close(page)
})

test('a task tells when it was started and, while it recovers, the seconds until the next attempt', async () => {
  const page = await bare()
  const { before, after, first, recovering, ended } = await page.evaluate(async () => {
    const before = Date.now()
    globalThis.tasks = new BackgroundTasks({
      store: null,
      video: { retry: { minBackoffMs: 60_000, maxBackoffMs: 60_000 } },
      client: { status: () => Promise.reject(new Error('wire')) },
    })
    const id = tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    const after = Date.now()
    const [first] = tasks.tasks()
    const recovering = await until(() => tasks.tasks().find(({ state }) => state === 'recovering'))
    tasks.cancel(id)
    return { before, after, first, recovering, ended: tasks.tasks()[0] }
  })
  assert.ok(first.startedAt >= before && first.startedAt <= after, `${before} ${first.startedAt} ${after}`)
  assert.equal(first.retryIn, null)
  assert.ok(Number.isInteger(recovering.retryIn) && recovering.retryIn > 0 && recovering.retryIn <= 120, `${recovering.retryIn} s`)
  assert.deepEqual([ended.retryIn, ended.startedAt], [null, first.startedAt])
  await close(page)
})

test('a client with statuses() is asked for several jobs at once, and for those that it does not mention one by one', async () => {
  const page = await bare()
  const seen = await page.evaluate(async () => {
    const batches = []
    globalThis.tasks = new BackgroundTasks({
      store: null, intervalMs: 20,
      client: {
        // q-3 succeeds only after a batch has not mentioned it, and the others only in a batch.
        status: async ({ key }) => ({ status: key === 'q-3' && batches.some(([job]) => job === key) ? 'done' : 'running' }),
        statuses: async (jobs, { signal }) => {
          batches.push(...jobs.map(({ kind, attachmentId, key }) => [key, kind, attachmentId, signal.aborted]))
          return { 'q-2': { status: 'done' }, 'q-1': { status: 'done' }, 'q-9': { status: 'done' }, 'q-3': null }
        },
      },
    })
    const ids = [1, 2, 3].map((number) => tasks.startVideoProcessingTask(number, 'talk.mp4', `q-${number}`))
    const ends = await Promise.all(ids.map((id) => tasks.finished(id)))
    return { batches, states: ends.map(({ state }) => state) }
  })
  assert.deepEqual(seen.states, Array(3).fill('succeeded'))
  for (const number of [1, 2, 3]) {
    const job = seen.batches.find(([key]) => key === `q-${number}`)
    assert.deepEqual(job, [`q-${number}`, 'video', number, false])
  }
  await close(page)
})

test('a client with events() pushes statuses, and its stream is opened again after it has ended', async () => {
  const page = await bare()
  const seen = await page.evaluate(async () => {
    const streams = []
    globalThis.tasks = new BackgroundTasks({
      store: null, intervalMs: 20, kinds: { transcript: { endpoint: 'v2/transcripts' } },
      client: {
        status: async () => ({ status: 'running', progress: 10 }),
        events: ({ signal, onEvent }) => new Promise((resolve) => {
          streams.push({ signal, onEvent, end: resolve })
          onEvent()
        }),
      },
    })
    const video = tasks.startTask('video', 7, 'talk.mp4', { key: 'q-1' })
    const transcript = tasks.startTask('transcript', 7, 'talk.mp4', { key: 't-1' })
    await until(() => tasks.tasks().every(({ state }) => state === 'running') && streams[0])
    const [{ onEvent, end }] = streams
    for (const nonsense of [[7], ['video', 7], ['podcast', { 'q-1': { status: 'done' } }], ['video', { 'q-1': { status: 'pondering' } }]]) {
      onEvent(...nonsense)
    }
    const cycle = {}
    cycle.self = cycle
    onEvent('video', cycle)
    onEvent('video', { 'q-1': { status: 'running', progress: 42 } })
    await until(() => tasks.tasks().some(({ progress }) => progress === 42))
    onEvent('transcript', { 't-1': { status: 'done' } })
    const ends = [(await tasks.finished(transcript)).state]
    end()
    const { onEvent: again, signal } = await until(() => streams[1])
    again('video', { 'q-1': { status: 'done' } })
    ends.push((await tasks.finished(video)).state)
    await until(() => signal.aborted)
    // A stream that was closed.
    onEvent('video', { 'q-1': { status: 'failed' } })
    return { ends, states: tasks.tasks().map(({ state }) => state), streams: streams.length }
  })
  assert.deepEqual(seen, { ends: ['succeeded', 'succeeded'], states: ['succeeded', 'succeeded'], streams: 2 })
  await close(page)
})

test('events() reports state transitions, with attempts and reasons, until it is unsubscribed', async () => {
  const page = await bare()
  const seen = await page.evaluate(async () => {
    const events = []
    const answers = [{ status: 503 }, { status: 'running', progress: 10 }, { status: 'running', progress: 20 }, { status: 'failed', error: 'No audio' }]
    globalThis.tasks = new BackgroundTasks({
      store: null, intervalMs: 10, video: { retry: { minBackoffMs: 10, maxBackoffMs: 10 } },
      client: {
        status: async () => {
          const answer = answers.shift() ?? { status: 'done' }
          if (answer.status === 503) throw answer
          return answer
        },
      },
    })
    const stop = tasks.events((event) => events.push(event))
    tasks.events(() => { throw new Error('on purpose: events') })
    const id = tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1', { meta: { course: 12 } })
    await tasks.finished(id)
    tasks.clear(id)
    stop()
    await tasks.finished(tasks.startVideoProcessingTask(8, 'talk.mp4', 'q-2'))
    return { id, events, frozen: events.every(Object.isFrozen) }
  })
  assert.ok(seen.frozen)
  assert.ok(seen.events.every(({ taskId, kind, meta }) => taskId === seen.id && kind === 'video' && meta.course === 12))
  const list = seen.events.map(({ name, from, to, attempt, reason }) => [name, from, to, attempt, reason])
  assert.deepEqual(list, [
    ['started', null, 'queued', 0, null],
    ['recovering', 'queued', 'recovering', 1, 'the server responded with status 503'],
    ['resumed', 'recovering', 'running', 0, null],
    ['failed', 'running', 'failed', 0, 'the job failed: No audio'],
    ['cleared', 'failed', null, 0, null],
  ])
  assert.ok(Number.isInteger(seen.events[1].retryIn))
  await close(page, [/on purpose: events/])
})

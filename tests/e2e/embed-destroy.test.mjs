// A destroyed instance and a removed element leave nothing behind.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { SLOW, bare, close, withBarePage } from './bare.mjs'
import { eventually } from './support.mjs'

withBarePage()

/** Counts open channels and timers, which browsers do not report. */
function countOpen() {
  globalThis.open = { channels: 0, timers: new Set() }
  const Channel = globalThis.BroadcastChannel
  globalThis.BroadcastChannel = class extends Channel {
    constructor(name) {
      super(name)
      open.channels += 1
    }
    close() {
      open.channels -= 1
      super.close()
    }
  }
  for (const [set, clear] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval'], ['requestAnimationFrame', 'cancelAnimationFrame']]) {
    const [original, originalClear] = [globalThis[set], globalThis[clear]]
    globalThis[set] = (callback, ...rest) => {
      const key = { set }
      const id = original((...values) => {
        if (set !== 'setInterval') open.timers.delete(key)
        callback(...values)
      }, ...rest)
      key.id = id
      open.timers.add(key)
      return id
    }
    globalThis[clear] = (id) => {
      for (const key of open.timers) if (key.set === set && key.id === id) open.timers.delete(key)
      originalClear(id)
    }
  }
}

/** Sets up an instance, uses all of its features, and destroys it. */
const mount = (page, times) => page.evaluate(async (times) => {
  for (let time = 0; time < times; time += 1) {
    const tasks = new BackgroundTasks({ baseUrl: base, intervalMs: 20, indicator: true, lang: 'en' })
    const { signal } = new AbortController()
    const off = tasks.subscribe(() => {})
    tasks.subscribe(() => {})
    off()
    tasks.startVideoProcessingTask(time, 'talk.mp4', `q-${time}`, { signal })
    const embedding = tasks.startEmbeddingTask(time, 'talk.mp4')
    tasks.upload(new File(['text'], 'notes.txt'), { signal })
    tasks.finished(embedding, { signal }).catch(() => {})
    tasks.toast.message('A toast', { action: { label: 'Undo', onClick: () => {} }, onClose: () => {} })
    let settle
    tasks.toast.promise(new Promise((resolve) => { settle = resolve }), { loading: 'A while', success: 'x' })
    tasks.toast.custom(document.createElement('p'))
    // Destroyed while it monitors running jobs.
    await until(() => tasks.tasks().filter(({ state }) => state === 'running').length === 2)
    tasks.destroy()
    settle()
    // Stored tasks are not a leak.
    localStorage.clear()
  }
}, times)

/** Listeners, nodes and heap after a garbage collection, and open resources. */
async function collected(page, session) {
  await session.send('HeapProfiler.collectGarbage')
  // Finalization callbacks run in a task of their own.
  await page.evaluate(() => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => { port1.close(); resolve() }
    port2.postMessage(null)
  }))
  const { metrics } = await session.send('Performance.getMetrics')
  const metric = (name) => metrics.find((metric) => metric.name === name).value
  const { locks, channels, timers, memory, references, elements } = await page.evaluate(async () => {
    performance.clearResourceTimings()
    const { held, pending } = await navigator.locks.query()
    // The references from Rust to JavaScript values.
    const table = wasm.__wbindgen_externrefs
    const references = Array.from({ length: table.length }, (_, index) => table.get(index)).filter((held) => held !== null && held !== undefined)
    return {
      references: references.length,
      locks: held.length + pending.length, channels: open.channels, timers: [...open.timers].map(({ set }) => set),
      memory: wasm.memory.buffer.byteLength, elements: document.querySelectorAll('*').length,
    }
  })
  return {
    listeners: metric('JSEventListeners'), nodes: metric('Nodes'), heap: metric('JSHeapUsedSize'), memory,
    references, locks, channels, timers, elements,
  }
}

/** The counts once garbage collections free nothing more: three in a row are equal. */
function counts(page, session) {
  let alike = 0, before
  return eventually(async () => {
    const { heap, ...counted } = await collected(page, session)
    alike = isDeepStrictEqual(counted, before) ? alike + 1 : 0
    before = counted
    return alike === 2 && { heap, ...counted }
  })
}

function leftNothing(one, hundred) {
  for (const { locks, channels, timers, elements } of [one, hundred]) {
    assert.deepEqual({ locks, channels, timers, elements }, { locks: 0, channels: 0, timers: [], elements: one.elements })
  }
  // A few are created once, at the second mount; a leak per mount would be ten times as much.
  for (const name of ['listeners', 'nodes', 'references']) {
    assert.ok(hundred[name] - one[name] < 10, `${name}: ${one[name]}, then ${hundred[name]}`)
  }
}

test('a hundred mounts leave no listeners, nodes, heap, timers, channels, locks or requests', { timeout: 120_000 }, async (context) => {
  const page = await bare(null, { init: countOpen })
  await page.world.plan(SLOW)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const none = await counts(page, session)
  await mount(page, 1)
  const one = await counts(page, session)
  await mount(page, 99)
  const hundred = await counts(page, session)
  for (const [name, count] of Object.entries({ none, one, hundred })) context.diagnostic(`${name}: ${JSON.stringify(count)}`)
  leftNothing(one, hundred)
  assert.ok(hundred.heap - one.heap < 400_000, `heap: ${one.heap}, then ${hundred.heap}`)
  // The peak depends on when the browser collects garbage, which frees callbacks: at most one page.
  assert.ok(hundred.memory - one.memory <= 64 * 1024, `WASM: ${one.memory}, then ${hundred.memory}`)
  const { length } = await page.world.requests()
  await page.evaluate(() => {
    globalThis.another = new BackgroundTasks({ baseUrl: base, store: null, intervalMs: 20 })
    another.startVideoProcessingTask('another', 'talk.mp4', 'q-another')
  })
  const later = async () => (await page.world.requests()).slice(length)
  // While another instance makes 25 requests, the destroyed ones make none.
  const asked = await eventually(async () => {
    const requests = await later()
    return requests.length >= 25 && requests
  })
  assert.deepEqual([...new Set(asked.flatMap(({ ids }) => ids))], ['q-another'])
  await close(page)
})

/** A hundred mounts without a pause. */
const churn = {
  instances: (times) => {
    for (let time = 0; time < times; time += 1) {
      const tasks = new BackgroundTasks({ baseUrl: base, store: null, indicator: true })
      tasks.startEmbeddingTask(time, 'talk.mp4')
      tasks.toast.message('A toast')
      tasks.destroy()
    }
  },
  elements: async (times) => {
    // The second after which a removed element ends passes at once.
    const { setTimeout } = globalThis
    globalThis.setTimeout = (act, wait) => setTimeout(act, wait === 1000 ? 0 : wait)
    for (let time = 0; time < times; time += 1) {
      const element = document.createElement('background-tasks')
      element.options = { baseUrl: base, store: null, indicator: true }
      document.body.append(element)
      element.api.startEmbeddingTask(time, 'talk.mp4')
      element.api.toast.message('A toast')
      element.remove()
      await until(() => element.api === null)
    }
    globalThis.setTimeout = setTimeout
  },
}

for (const [name, mount] of Object.entries(churn)) {
  test(`a hundred ${name} that are created and destroyed without a pause leave nothing`, async () => {
    const page = await bare(null, { init: countOpen })
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    await page.evaluate(mount, 1)
    const one = await counts(page, session)
    await page.evaluate(mount, 100)
    leftNothing(one, await counts(page, session))
    await close(page)
  })
}

test('destroy() aborts requests in flight, also of an upload', async () => {
  const page = await bare({})
  await page.world.faults([{ on: 'video-status', fault: 'stall' }])
  // Fast enough that the server reads what has arrived, and notices the abort.
  await page.world.plan({ upload_bytes_per_second: 5_000_000 })
  await page.evaluate(() => {
    tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    tasks.upload(new File([new Uint8Array(40_000_000)], 'large.bin'))
  })
  const under = async () => (await page.world.requests()).filter(({ fate }) => fate === 'pending').length
  const until = (count) => eventually(async () => (await under()) === count)
  await until(2)
  await page.evaluate(() => tasks.destroy())
  await until(0)
  const check = (await page.world.requests()).find(({ operation }) => operation === 'video-status')
  assert.equal(check.fate, 'aborted')
  assert.deepEqual(await page.world.attachments(), [], 'the upload was not completed')
  assert.equal(await page.title(), 'A bare page')
  await close(page)
})

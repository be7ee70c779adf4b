// Ten thousand tasks use no more memory than a thousand.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { growth, keepWasm, meter } from './memory/measured.mjs'
import { backend, browser, open, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

/** The number of tasks at a time, the same on both pages, because WASM memory never shrinks. */
const WAVE = 25

/** Runs waves of tasks, each after the previous one has finished, and waits until all toasts are removed. */
const work = (page, waves) => page.evaluate(async ([waves, size]) => {
  const tasks = backgroundTasks
  const counts = { ended: 0, cleared: 0 }
  const isLeft = () => document.querySelector('[data-toast]') !== null
  const goneToasts = () => new Promise((resolve) => {
    if (!isLeft()) return resolve()
    const watch = new MutationObserver(() => {
      if (isLeft()) return
      watch.disconnect()
      resolve()
    })
    watch.observe(document, { subtree: true, childList: true })
  })
  const off = tasks.subscribe(() => {}, () => { counts.cleared += 1 })
  for (let wave = 0; wave < waves; wave += 1) {
    const ids = Array.from({ length: size }, (_, index) => {
      const number = wave * size + index
      return index % 2
        ? tasks.startEmbeddingTask(number, `talk ${number}.mp4`)
        : tasks.startVideoProcessingTask(number, `talk ${number}.mp4`, `q-${number}`)
    })
    const ends = await Promise.all(ids.map((id) => tasks.finished(id)))
    counts.ended += ends.filter(({ state }) => state === 'succeeded').length
    tasks.toast.dismiss()
  }
  await goneToasts()
  off()
  return { ...counts, listed: tasks.tasks().length }
}, [waves, WAVE])

/** WASM grows by pages of 64 kB, each 3 % of its size here, so it is added to the JS heap. */
const together = ({ heap, wasm, ...counted }) => ({ memory: heap + wasm, ...counted })

test('ten thousand tasks use no more memory than a thousand', { timeout: 300_000 }, async (context) => {
  const figures = []
  // A thousand, since WASM memory grows by pages of 64 kB until the largest wave has passed, and never shrinks.
  for (const waves of [1_000 / WAVE, 10_000 / WAVE]) {
    // Each job ends before its second check; the checks take most of the time.
    const query = 'backend=simulated&seed=1&speed=1000000&interval=20'
    const page = await open(browser, backend.address, query, { history: false, init: keepWasm })
    const measure = await meter(page)
    const begin = Date.now()
    const seen = await work(page, waves)
    const held = await measure()
    context.diagnostic(`${waves * WAVE} tasks, ${Date.now() - begin} ms: ${JSON.stringify({ ...seen, ...held })}`)
    figures.push({ seen, held })
    assert.deepEqual(page.problems, [])
    await page.context().close()
  }
  const [few, many] = figures
  assert.deepEqual(growth(together(few.held), together(many.held), 0.03), [])
  assert.deepEqual(few.seen, { ended: 1_000, cleared: 950, listed: 50 })
  assert.deepEqual(many.seen, { ended: 10_000, cleared: 9_950, listed: 50 })
})

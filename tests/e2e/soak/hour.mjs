// An hour of page time with continuous work, in a few minutes of virtual time. Memory is measured each
// minute and must not grow.

import { growth, keepWasm, meter } from '../memory/measured.mjs'
import { open } from '../support.mjs'
import { chance } from './chance.mjs'

/** The number of unfinished tasks at any time. */
const UNFINISHED = 10

/** The allowed growth from the first to the last third, which is the variation between minutes. */
const BOUND = 0.05

/** Some jobs fail and some checks are lost, so that every path is used. */
const query = (seed) => `backend=simulated&seed=${seed}&fail=0.2&flaky=0.1&interval=2000`

/** Starts a task for each finished one, and randomly retries, cancels and closes. Runs in the page. */
function keepBusy(seed, atOnce, chanceOf) {
  const tasks = backgroundTasks
  const chance = chanceOf(seed)
  globalThis.counts = { started: 0, succeeded: 0, failed: 0, cancelled: 0, retries: 0, cleared: 0 }
  let live = 0
  const start = () => {
    live += 1
    const number = (counts.started += 1)
    const title = `talk ${number}.mp4`
    let id
    if (number % 20 === 0) id = tasks.upload(new File([title], title, { type: 'text/plain' }))
    else if (number % 2) id = tasks.startEmbeddingTask(number, title)
    else id = tasks.startVideoProcessingTask(number, title, `q-${number}`)
    if (chance.happens(0.1)) setTimeout(() => tasks.cancel(id), 3_000)
    if (chance.happens(0.1)) setTimeout(() => tasks.dismiss(id), 2_000)
    // In a microtask, since a task that a listener starts does not exist until the listener returns.
    queueMicrotask(() => tasks.finished(id))
  }
  const retry = (id) => {
    if (!tasks.tasks().some((task) => task.id === id)) return
    live += 1
    counts.retries += 1
    tasks.retry(id)
  }
  const change = ({ id, state }) => {
    if (!['succeeded', 'failed', 'cancelled'].includes(state)) return
    counts[state] += 1
    live -= 1
    if (state === 'failed' && chance.happens(0.3)) setTimeout(() => retry(id), 1_000)
    while (live < atOnce) start()
  }
  tasks.subscribe(change, () => { counts.cleared += 1 })
  while (live < atOnce) start()
}

/** The median of each figure. */
function medians(samples) {
  const of = (name) => samples.map((sample) => sample[name]).sort((one, other) => one - other)[samples.length >> 1]
  return Object.fromEntries(Object.keys(samples[0]).map((name) => [name, of(name)]))
}

/** Returns the figures as text, and what has grown. */
export async function hour({ backend, browser, seed = 1, minutes = 60, log = () => {} }) {
  const page = await open(browser, backend.address, query(seed), { virtual: true, history: false, init: keepWasm })
  const measure = await meter(page)
  await page.evaluate(`(${keepBusy})(${seed}, ${UNFINISHED}, ${chance})`)
  const samples = []
  for (let minute = 1; minute <= minutes; minute += 1) {
    await page.clock.runFor(60_000)
    samples.push(await measure())
    log(`minute ${minute}: ${JSON.stringify(samples.at(-1))}`)
  }
  const counts = await page.evaluate(() => ({ ...counts, listed: backgroundTasks.tasks().length }))
  const third = Math.floor(minutes / 3)
  const [first, last] = [medians(samples.slice(0, third)), medians(samples.slice(-third))]
  await page.context().close()
  const findings = [...growth(first, last, BOUND), ...page.problems]
  return { text: table(counts, first, last, minutes), findings }
}

function table(counts, first, last, minutes) {
  const line = (name, ...numbers) => `${name.padEnd(28)}${numbers.map((number) => `${number}`.padStart(12)).join('')}`
  return [
    line(`${minutes} minutes of page time`),
    '',
    ...Object.entries(counts).map(([name, number]) => line(`  tasks ${name}`, number)),
    '',
    line('medians of a third', 'first', 'last'),
    ...Object.keys(first).map((name) => line(`  ${name}`, first[name], last[name])),
  ].join('\n')
}

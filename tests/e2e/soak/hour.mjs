// An hour of a page's own time with work all along, in a few minutes: the clock is virtual. What the
// page holds is measured each minute, and must not be more at the end than it was at the beginning.

import { growth, keepWasm, meter } from '../memory/measured.mjs'
import { open } from '../support.mjs'
import { chance } from './chance.mjs'

/** How many tasks go on at any time. */
const AT_ONCE = 10

/** What may be more in the last third than in the first: what one minute differs from another by. */
const BOUND = 0.05

/** Fails and loses checks, so that every path is walked. */
const query = (seed) => `backend=simulated&seed=${seed}&fail=0.2&flaky=0.1&interval=2000`

/** Begins a task for each that ends, and does by chance what a person does: Retry, Cancel, close. Runs in the page. */
function keepBusy(seed, atOnce, chanceOf) {
  const tasks = backgroundTasks
  const chance = chanceOf(seed)
  globalThis.seen = { started: 0, succeeded: 0, failed: 0, cancelled: 0, retries: 0, cleared: 0 }
  let live = 0
  const start = () => {
    live += 1
    const number = (seen.started += 1)
    const title = `talk ${number}.mp4`
    let id
    if (number % 20 === 0) id = tasks.upload(new File([title], title, { type: 'text/plain' }))
    else if (number % 2) id = tasks.startEmbeddingTask(number, title)
    else id = tasks.startVideoProcessingTask(number, title, `q-${number}`)
    if (chance.happens(0.1)) setTimeout(() => tasks.cancel(id), 3_000)
    if (chance.happens(0.1)) setTimeout(() => tasks.dismiss(id), 2_000)
    // In a turn of its own: while a listener runs, what it starts is not there yet.
    queueMicrotask(() => tasks.finished(id))
  }
  const retry = (id) => {
    if (!tasks.tasks().some((task) => task.id === id)) return
    live += 1
    seen.retries += 1
    tasks.retry(id)
  }
  const change = ({ id, state }) => {
    if (!['succeeded', 'failed', 'cancelled'].includes(state)) return
    seen[state] += 1
    live -= 1
    if (state === 'failed' && chance.happens(0.3)) setTimeout(() => retry(id), 1_000)
    while (live < atOnce) start()
  }
  tasks.subscribe(change, () => { seen.cleared += 1 })
  while (live < atOnce) start()
}

/** The middle of each figure. */
function middle(samples) {
  const of = (name) => samples.map((sample) => sample[name]).sort((one, other) => one - other)[samples.length >> 1]
  return Object.fromEntries(Object.keys(samples[0]).map((name) => [name, of(name)]))
}

/** Tells the figures as text, and what has grown. */
export async function hour({ backend, browser, seed = 1, minutes = 60, say = () => {} }) {
  const page = await open(browser, backend.address, query(seed), { virtual: true, history: false, init: keepWasm })
  const measure = await meter(page)
  await page.evaluate(`(${keepBusy})(${seed}, ${AT_ONCE}, ${chance})`)
  const samples = []
  for (let minute = 1; minute <= minutes; minute += 1) {
    await page.clock.runFor(60_000)
    samples.push(await measure())
    say(`minute ${minute}: ${JSON.stringify(samples.at(-1))}`)
  }
  const seen = await page.evaluate(() => ({ ...seen, listed: backgroundTasks.tasks().length }))
  const third = Math.floor(minutes / 3)
  const [first, last] = [middle(samples.slice(0, third)), middle(samples.slice(-third))]
  await page.context().close()
  const findings = [...growth(first, last, BOUND), ...page.problems]
  return { text: table(seen, first, last, minutes), findings }
}

function table(seen, first, last, minutes) {
  const line = (name, ...numbers) => `${name.padEnd(28)}${numbers.map((number) => `${number}`.padStart(12)).join('')}`
  return [
    line(`${minutes} minutes of page time`),
    '',
    ...Object.entries(seen).map(([name, number]) => line(`  tasks ${name}`, number)),
    '',
    line('held, middle of a third', 'first', 'last'),
    ...Object.keys(first).map((name) => line(`  ${name}`, first[name], last[name])),
  ].join('\n')
}

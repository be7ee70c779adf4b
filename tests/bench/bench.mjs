// Ours, the brief's own stack and the floor without a framework: the same work in one browser.
// `cargo xtask bench` runs it.

import { readFile, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { launch, startBackend } from '../e2e/support.mjs'
import { LONGEST_WINDOW, measure } from './measure.mjs'
import { profile, table } from './profile.mjs'
import { report } from './report.mjs'
import { startUp } from './start-up.mjs'

const say = (text) => process.stderr.write(`bench: ${text}\n`)

function options() {
  const { values } = parseArgs({
    options: {
      tasks: { type: 'string' },
      seconds: { type: 'string' },
      loads: { type: 'string' },
      short: { type: 'boolean', default: false },
      ours: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  })
  const usual = values.short ? { tasks: '1,30', seconds: '3', loads: '3' } : { tasks: '1,30,100,300,1000', seconds: '10', loads: '5' }
  if (values.profile) usual.tasks = '300,1000'
  const whole = (name, text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} needs whole numbers from 1`)
    return value
  }
  const seconds = whole('seconds', values.seconds ?? usual.seconds)
  if (seconds > LONGEST_WINDOW) throw new Error(`--seconds can be ${LONGEST_WINDOW} at most: then the jobs come to their end`)
  return {
    tasks: (values.tasks ?? usual.tasks).split(',').map((text) => whole('tasks', text)),
    seconds,
    loads: whole('loads', values.loads ?? usual.loads),
    ours: values.ours,
    json: values.json,
    profile: values.profile,
  }
}

/** What was measured with what, and where. */
async function machine(browser, load) {
  const versions = await Promise.all(['react', 'sonner'].map(async (name) => {
    const manifest = await readFile(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')
    return `${name} ${JSON.parse(manifest).version}`
  }))
  return [
    new Date().toISOString().slice(0, 10),
    `ours ${process.env.REVISION}`,
    ...versions,
    `Chromium ${browser.version()}`,
    `Node ${process.version.slice(1)}`,
    `${cpus().length} cores of ${cpus()[0]?.model.trim()}, which others kept busy with a load of ${load.toFixed(1)} before`,
  ].join(', ')
}

/** The pages, each served by a backend of its own. */
async function stacks(ours) {
  const built = (path) => fileURLToPath(new URL(path, import.meta.url))
  const floor = await startBackend({ folder: built('floor'), policy: "default-src 'self' data:" })
  // sonner brings its style sheet as an element.
  const peer = await startBackend({ folder: built('dist/peer'), policy: "default-src 'self' data:; style-src 'unsafe-inline'" })
  const product = await startBackend()
  const plain = (world) => `base=${world.base}`
  return [
    { name: 'floor', backend: floor, query: plain },
    { name: 'peer', backend: peer, query: plain },
    { name: 'ours', backend: product, query: (world) => world.query },
    ...ours.map((extra) => ({ name: `ours, ${extra}`, backend: product, query: (world) => `${world.query}&${extra}` })),
  ]
}

/** Loads of each page, and windows of each with so many tasks, as tables. */
async function compare(chosen, all, browser) {
  const [load] = loadavg()
  say(`${chosen.loads} loads of each`)
  const starts = await startUp({ browser, stacks: all, loads: chosen.loads })
  const cells = []
  for (const tasks of chosen.tasks) {
    for (const stack of all) {
      const cell = await measure({ browser, stack, tasks, seconds: chosen.seconds })
      say(`${stack.name}, tasks ${tasks}: ${cell.answers ? `${cell.main.toFixed(2)} ms` : 'no answer'}`)
      cells.push(cell)
      if (cell.answers) continue
      // Whatever still runs in it would be in the way of the next page.
      await browser.close()
      browser = await launch()
    }
  }
  const result = { machine: await machine(browser, load), options: chosen, starts, cells }
  console.log(report(result))
  if (chosen.json) await writeFile(chosen.json, `${JSON.stringify(result, undefined, 2)}\n`)
  await browser.close()
}

/** What takes the time of ours and of the floor, which is what there is to win. */
async function profiles(chosen, all, browser) {
  for (const tasks of chosen.tasks) {
    for (const stack of all.filter(({ name }) => name !== 'peer')) {
      say(`${stack.name}, tasks ${tasks}: profile`)
      console.log(`## ${stack.name}, tasks ${tasks}\n\n${table(await profile({ browser, stack, tasks, seconds: chosen.seconds }))}\n`)
    }
  }
  await browser.close()
}

async function main() {
  const chosen = options()
  const all = await stacks(chosen.ours)
  try {
    await (chosen.profile ? profiles : compare)(chosen, all, await launch())
  } finally {
    for (const { backend } of all) backend.stop()
  }
}

await main()

// Compares our page with React and sonner (peer) and with a page without a framework (floor), which
// do the same work in one browser. Run by `cargo xtask bench`.

import { readFile, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { launch, startBackend } from '../e2e/support.mjs'
import { LONGEST_WINDOW, measure } from './measure.mjs'
import { profile, table } from './profile.mjs'
import { report } from './report.mjs'
import { startUp } from './start-up.mjs'

const log = (text) => process.stderr.write(`bench: ${text}\n`)

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
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a positive integer`)
    return value
  }
  const seconds = whole('seconds', values.seconds ?? usual.seconds)
  if (seconds > LONGEST_WINDOW) throw new Error(`--seconds must be at most ${LONGEST_WINDOW}, when the jobs end`)
  return {
    tasks: (values.tasks ?? usual.tasks).split(',').map((text) => whole('tasks', text)),
    seconds,
    loads: whole('loads', values.loads ?? usual.loads),
    ours: values.ours,
    json: values.json,
    profile: values.profile,
  }
}

/** The versions and the machine. */
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
    `${cpus().length} cores of ${cpus()[0]?.model.trim()}, load ${load.toFixed(1)} before the run`,
  ].join(', ')
}

/** The pages, each with its own backend. */
async function stacks(ours) {
  const built = (path) => fileURLToPath(new URL(path, import.meta.url))
  const floor = await startBackend({ folder: built('floor'), policy: "default-src 'self' data:" })
  // sonner inserts its style sheet as an element.
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

/** Measures loading and monitoring in each page, and prints tables. */
async function compare(chosen, all, browser) {
  const [load] = loadavg()
  log(`${chosen.loads} loads of each`)
  const starts = await startUp({ browser, stacks: all, loads: chosen.loads })
  const cells = []
  for (const tasks of chosen.tasks) {
    for (const stack of all) {
      const cell = await measure({ browser, stack, tasks, seconds: chosen.seconds })
      log(`${stack.name}, tasks ${tasks}: ${cell.answers ? `${cell.main.toFixed(2)} ms` : 'no answer'}`)
      cells.push(cell)
      if (cell.answers) continue
      // The page that hangs would slow down the next one.
      await browser.close()
      browser = await launch()
    }
  }
  const result = { machine: await machine(browser, load), options: chosen, starts, cells }
  console.log(report(result))
  if (chosen.json) await writeFile(chosen.json, `${JSON.stringify(result, undefined, 2)}\n`)
  await browser.close()
}

/** Profiles our page and the floor. */
async function profiles(chosen, all, browser) {
  for (const tasks of chosen.tasks) {
    for (const stack of all.filter(({ name }) => name !== 'peer')) {
      log(`${stack.name}, tasks ${tasks}: profile`)
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

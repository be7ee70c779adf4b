// Ours, the brief's own stack and the floor without a framework: the same work in one browser.
// `cargo xtask bench` runs it.

import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { launch, startBackend } from '../e2e/support.mjs'
import { answer } from './limit.mjs'
import { measure } from './measure.mjs'
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
    },
  })
  const usual = values.short ? { tasks: '1,30', seconds: '3', loads: '3' } : { tasks: '1,30,100,300,1000', seconds: '10', loads: '5' }
  const whole = (name, text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} needs whole numbers from 1`)
    return value
  }
  return {
    tasks: (values.tasks ?? usual.tasks).split(',').map((text) => whole('tasks', text)),
    seconds: whole('seconds', values.seconds ?? usual.seconds),
    loads: whole('loads', values.loads ?? usual.loads),
    ours: values.ours,
    json: values.json,
  }
}

/** What was measured with what, and where. */
async function machine(browser) {
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
    `${cpus().length} cores of ${cpus()[0]?.model.trim()}`,
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

async function main() {
  const chosen = options()
  const all = await stacks(chosen.ours)
  let browser = await launch()
  try {
    const starts = []
    for (const stack of all) {
      say(`${stack.name}: loads`)
      starts.push(await startUp({ browser, stack, loads: chosen.loads }))
    }
    const cells = []
    for (const tasks of chosen.tasks) {
      for (const stack of all) {
        const cell = await measure({ browser, stack, tasks, seconds: chosen.seconds })
        say(`${stack.name}, ${tasks} tasks: ${cell.answers ? `${cell.main.toFixed(2)} ms` : 'no answer'}`)
        cells.push(cell)
        if (cell.answers) continue
        // Whatever still runs in it would be in the way of the next page.
        await answer(browser.close())
        browser = await launch()
      }
    }
    const result = { machine: await machine(browser), options: chosen, starts, cells }
    console.log(report(result))
    if (chosen.json) await writeFile(chosen.json, `${JSON.stringify(result, undefined, 2)}\n`)
  } finally {
    await browser.close()
    for (const { backend } of all) backend.stop()
  }
}

await main()

// Limits for the size of a page and the cost of an update. A commit that raises a limit in budget.json
// explains why; one that reduces a figure lowers the limit.

import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { measure } from '../bench/measure.mjs'
import { startUp } from '../bench/start-up.mjs'
import { launch, startBackend } from './support.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const budget = JSON.parse(await readFile(here('budget.json'), 'utf8'))

/** The margin for other versions of tools. A smaller build never fails. */
const MARGIN = 1.01

/** The modules for kept files, for object storage and of the simulator, which only pages that use them load. */
const OPTIONAL = /^(kept-files\.js|s3\.js|simulated\.js|simulated\/.*)$/
const LOADED = ['.html', '.css', '.js', '.wasm']
const BROTLI = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 }

/** The total brotli size of the files that a page loads from a folder. */
async function loaded(folder) {
  const files = await readdir(folder, { recursive: true })
  let sum = 0
  const isLoaded = (file) => LOADED.includes(extname(file)) && !OPTIONAL.test(file)
  for (const file of files.filter(isLoaded)) {
    sum += brotliCompressSync(await readFile(join(folder, file)), { params: BROTLI }).length
  }
  return sum
}

describe('budget', () => {
  for (const [name, { folder, bytes }] of Object.entries(budget.brotli)) {
    test(`${name} has at most ${bytes} bytes (brotli), with a margin of 1 %`, async () => {
      const size = await loaded(process.env[folder] ?? here(folder))
      assert.ok(size <= bytes * MARGIN, `it has ${size}`)
    })
  }
})

describe('in the browser', () => {
  let browser
  let floor
  let ours

  before(async () => {
    browser = await launch()
    const page = await startBackend({ folder: here('../bench/floor'), policy: "default-src 'self' data:" })
    floor = { name: 'floor', backend: page, query: (world) => `base=${world.base}` }
    ours = { name: 'ours', backend: await startBackend(), query: (world) => world.query }
  })

  after(async () => {
    await browser?.close()
    floor?.backend.stop()
    ours?.backend.stop()
  })

  test(`the first toast takes at most ${budget.firstToastToFloor.times} times as long as the floor's`, async () => {
    const { loads, times } = budget.firstToastToFloor
    const [least, own] = await startUp({ browser, stacks: [floor, ours], loads })
    const ratio = own.firstToast / least.firstToast
    assert.ok(ratio <= times, `${own.firstToast} ms is ${ratio} times ${least.firstToast} ms`)
  })

  // CPU time in one browser, one page after the other, so other programs have little influence.
  for (const { tasks, times } of budget.updateToFloor) {
    test(`an update costs at most ${times} times the floor's with ${tasks} tasks`, async () => {
      const least = await measure({ browser, stack: floor, tasks, seconds: budget.seconds })
      const own = await measure({ browser, stack: ours, tasks, seconds: budget.seconds })
      assert.deepEqual(own.problems, [])
      assert.ok(least.main > 0 && own.main > 0, 'a page did not respond')
      assert.ok(own.main <= least.main * times, `${own.main} ms is ${own.main / least.main} times ${least.main} ms`)
    })
  }

  test(`an update is cheaper with a batch: with ${budget.batch.tasks} tasks at most ${budget.batch.share} of the floor's`, async () => {
    const { tasks, share } = budget.batch
    const batch = { ...ours, query: (world) => `${world.query}&batch=1` }
    const least = await measure({ browser, stack: floor, tasks, seconds: budget.seconds })
    const own = await measure({ browser, stack: batch, tasks, seconds: budget.seconds })
    assert.deepEqual(own.problems, [])
    assert.ok(own.checked > 0.8, `only ${own.checked} of the checks were made`)
    assert.ok(own.main <= least.main * share, `${own.main} ms is ${own.main / least.main} times ${least.main} ms`)
  })
})

// A bare page with the package on it, for tests of the JavaScript API.

import { rm } from 'node:fs/promises'
import { after, before } from 'node:test'
import { bareFolder, serve, visit } from './package-support.mjs'
import { launch } from './support.mjs'

/** Plans of the server: jobs that run for a minute, and for 0.4 s. */
export const SLOW = { video: { queued_ms: 0, running_ms: 60_000 }, embedding: { queued_ms: 0, running_ms: 60_000 } }
export const FAST = { video: { queued_ms: 0, running_ms: 400 }, embedding: { queued_ms: 0, running_ms: 400 } }

let backend, browser, folder

/** Provides the page, its backend and a browser to the tests of a file. */
export function withBarePage() {
  before(async () => {
    folder = await bareFolder()
    backend = await serve(folder)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    backend?.stop()
    await rm(folder, { recursive: true, force: true })
  })
}

/**
 * Opens the page in its own world, whose API is at `base`. With `options`, an instance is created as
 * `tasks`.
 */
export async function bare(options, context = {}) {
  const world = backend.world()
  const page = await visit(browser, `${backend.address}/`, context)
  page.world = world
  await ready(page)
  if (options) await setUp(page, options)
  return page
}

/** Waits for the package, also after a reload, and defines `base` and `until` on the page. */
export async function ready(page) {
  await page.waitForFunction(() => globalThis.BackgroundTasks)
  await page.evaluate((base) => {
    globalThis.base = base
    // Polls until `test` returns a truthy value, and returns it.
    globalThis.until = async (test) => {
      for (const end = performance.now() + 20_000; ;) {
        const held = test()
        if (held) return held
        if (performance.now() > end) throw new Error(`not within 20 s: ${test}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
  }, page.world.base)
}

export const setUp = (page, options) => page.evaluate((options) => {
  globalThis.tasks = new BackgroundTasks({ baseUrl: base, intervalMs: 100, ...options })
}, options)

/** Closes a page, and fails if it had problems other than `expected`. */
export async function close(page, expected = []) {
  const unexpected = page.problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)))
  await page.context().close()
  if (unexpected.length) throw new Error(`on the page: ${unexpected.join('\n')}`)
}

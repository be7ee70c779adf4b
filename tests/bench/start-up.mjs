// Before the first task: the bytes that a page loads, and the time until its first toast.

import { brotliCompressSync, constants } from 'node:zlib'
import { Page } from './page.mjs'

/** What a page is made of; its API's answers are not. */
const CODE = /^(text\/html|text\/css|text\/javascript|application\/javascript|application\/wasm)/

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } }

/**
 * Opens each page so many times, each time as if for the first time. The pages take turns, so
 * that a machine which is slower for a while is so for all of them.
 */
export async function startUp({ browser, stacks, loads }) {
  const starts = stacks.map(({ name }) => ({ stack: name, firstToasts: [] }))
  for (let load = 0; load < loads; load += 1) {
    for (const [index, stack] of stacks.entries()) {
      const world = stack.backend.world(`${stack.name}-start-${load}-${Date.now()}`)
      const page = await Page.open(browser, `${stack.backend.address}/?${stack.query(world)}`)
      starts[index].firstToasts.push(await page.ask('firstToast'))
      starts[index].bytes ??= await loaded(page.responses)
      await page.close()
    }
  }
  return starts.map((start) => ({ ...start, firstToast: median(start.firstToasts) }))
}

const median = (times) => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)]

/** The bytes of everything that was loaded, as brotli at its best makes them. */
async function loaded(responses) {
  let sum = 0
  for (const response of responses) {
    if (!CODE.test(response.headers()['content-type'] ?? '')) continue
    sum += brotliCompressSync(await response.body(), BROTLI).length
  }
  return sum
}

// The bytes that a page loads, and the time until its first toast.

import { brotliCompressSync, constants } from 'node:zlib'
import { Page } from './page.mjs'

/** The types of resources that count; API responses do not. */
const CODE = /^(text\/html|text\/css|text\/javascript|application\/javascript|application\/wasm)/

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } }

/**
 * Opens each page several times with an empty cache. The pages take turns, so that a temporarily
 * slow machine affects all of them.
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

/** The size of all loaded resources, compressed with brotli at the highest quality. */
async function loaded(responses) {
  let sum = 0
  for (const response of responses) {
    if (!CODE.test(response.headers()['content-type'] ?? '')) continue
    sum += brotliCompressSync(await response.body(), BROTLI).length
  }
  return sum
}

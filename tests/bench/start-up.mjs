// Before the first task: the bytes that a page loads, and the time until its first toast.

import { brotliCompressSync, constants } from 'node:zlib'
import { Page } from './page.mjs'

/** What a page is made of; its API's answers are not. */
const CODE = /^(text\/html|text\/css|text\/javascript|application\/javascript|application\/wasm)/

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } }

/** Opens the page so many times, each time as if for the first time. */
export async function startUp({ browser, stack, loads }) {
  const times = []
  let bytes
  for (let load = 0; load < loads; load += 1) {
    const world = stack.backend.world(`${stack.name}-start-${load}-${Date.now()}`)
    const page = await Page.open(browser, `${stack.backend.address}/?${stack.query(world)}`)
    times.push(await page.ask('firstToast'))
    bytes ??= await loaded(page.responses)
    await page.close()
  }
  times.sort((one, other) => one - other)
  return { stack: stack.name, bytes, firstToast: times[Math.floor(times.length / 2)], firstToasts: times }
}

/** The bytes of everything that was loaded, as brotli at its best makes them. */
async function loaded(responses) {
  let sum = 0
  for (const response of responses) {
    if (!CODE.test(response.headers()['content-type'] ?? '')) continue
    sum += brotliCompressSync(await response.body(), BROTLI).length
  }
  return sum
}

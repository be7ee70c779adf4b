// Runs wasm-bindgen tests in `ENGINE`, as Cargo's runner: `node wasm-tests.mjs file.wasm [arguments]`. For Firefox
// and WebKit, wasm-bindgen needs drivers that Debian does not have or that it does not know.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const { start } = await import(`./${process.env.ENGINE}.mjs`)

/** How long all tests of a page may take, in milliseconds. */
const LIMIT = 300_000

const runner = spawn('wasm-bindgen-test-runner', process.argv.slice(2), {
  env: { ...process.env, NO_HEADLESS: '1', WASM_BINDGEN_TEST_ADDRESS: '127.0.0.1:0' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const ended = new Promise((resolve) => runner.once('exit', resolve))
const address = await new Promise((resolve) => {
  createInterface(runner.stdout).on('line', (line) => {
    const [, found] = line.match(/available at (http:\S+)/) ?? []
    if (found) resolve(found)
  })
  ended.then(() => resolve(undefined))
})
if (!address) process.exit(await ended)

// With its compilers, WebKitGTK 2.50 stopped one run of 17 with "Out of bounds memory access" in a hash function of
// the standard library. Its interpreter is fast enough.
for (const compiler of ['BBQ', 'OMG']) process.env[`JSC_use${compiler}JIT`] = '0'

const browser = await start()
let passed = false
try {
  const context = await browser.context()
  const tab = await context.tab()
  await tab.resize(1280, 800)
  await tab.goto(address)
  let printed = ''
  for (const end = Date.now() + LIMIT; ;) {
    const text = await tab.evaluate(() => document.querySelector('#output')?.textContent ?? '')
    if (text !== printed) process.stdout.write(text.startsWith(printed) ? text.slice(printed.length) : text)
    printed = text
    if (/^test result: /m.test(text)) break
    if (Date.now() > end) throw new Error(`no result within ${LIMIT / 1_000} s`)
    // The polling interval.
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  process.stdout.write('\n')
  passed = /^test result: ok\./m.test(printed)
  console.log(await browser.version())
  await context.close()
} finally {
  await browser.close()
  runner.kill()
}
process.exit(passed ? 0 : 1)

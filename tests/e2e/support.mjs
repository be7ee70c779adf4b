// A browser, the reference backend with the release build, and functions to inspect a page.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { after, before } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const { DIST, BACKEND_BIN, CHROMIUM } = process.env

export const video = fileURLToPath(new URL('fixtures/talk.mp4', import.meta.url))

/** The strictest policy that the page supports. Trunk's loader is inline, so its hash is listed. */
async function contentSecurityPolicy() {
  const page = await readFile(`${DIST}/index.html`, 'utf8')
  const inline = [...page.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map((match) => match[1])
  const hashes = inline.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
  return `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${hashes.join(' ')}; style-src 'self'`
}

/** Starts the reference backend, which also serves a folder, by default the demo. */
export async function startBackend({ folder = DIST, policy } = {}) {
  policy ??= await contentSecurityPolicy()
  const child = spawn(BACKEND_BIN, ['--port', '0', '--dir', folder, '--csp', policy])
  child.stderr.pipe(process.stderr)
  const [line] = await new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => resolve([line]))
    child.once('exit', (code) => reject(new Error(`the backend ended with ${code}`)))
  })
  const address = line.replace('listening on ', '')
  let worlds = 0
  return {
    address,
    /** Creates an isolated world for one test. */
    world(name = `world-${(worlds += 1)}`) {
      const control = async (method, path, body) => {
        const answer = await fetch(`${address}/w/${name}/control/${path}`, {
          method,
          // While faults are pending, the backend closes idle connections.
          headers: { 'content-type': 'application/json', connection: 'close' },
          body: body === undefined ? undefined : JSON.stringify(body),
        })
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
        const text = await answer.text()
        return text ? JSON.parse(text) : undefined
      }
      return {
        base: `/w/${name}/api`,
        query: `backend=http&base=/w/${name}/api`,
        plan: (plan) => control('PUT', 'plan', plan),
        faults: (faults) => control('POST', 'faults', faults),
        forgetFaults: () => control('DELETE', 'faults'),
        requests: () => control('GET', 'requests'),
        attachments: () => control('GET', 'attachments'),
        jobs: () => control('GET', 'jobs'),
      }
    },
    stop: () => child.kill(),
  }
}

const LAUNCH = {
  executablePath: CHROMIUM,
  args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
}

export const launch = (options) => chromium.launch({ ...options, ...LAUNCH })

/** A browser with one context, whose data are on the disk and not in memory. */
export const launchOnDisk = (folder) => chromium.launchPersistentContext(folder, LAUNCH)

export let backend, browser

/** Provides a backend and a browser to the tests of a file, and stops them after the last one. */
export function withBackendAndBrowser() {
  before(async () => {
    backend = await startBackend()
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    backend?.stop()
  })
}

/**
 * Opens the demo. `virtual` gives the test control of the page's clock, `history` records the texts of
 * toasts, and `init`, a function or a function and its argument, runs before the page's scripts. Errors are
 * in `page.problems`, console warnings in `page.warnings`.
 */
export async function open(browser, address, query, { virtual = false, history = true, init, ...context } = {}) {
  const browserContext = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...context })
  const page = await browserContext.newPage()
  page.problems = []
  page.warnings = []
  page.on('pageerror', (error) => page.problems.push(error.message))
  page.on('console', (message) => {
    const isResponse = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isResponse) page.problems.push(message.text())
    if (message.type() === 'warning') page.warnings.push(message.text())
  })
  trackRequests(page)
  if (virtual) {
    // Installed alone, the clock keeps running in real time. It can be paused only at a later time.
    await page.clock.install({ time: new Date('2025-12-31T00:00:00Z') })
    await page.clock.pauseAt(new Date('2026-01-01T00:00:00Z'))
  }
  if (history) await page.addInitScript(recordToasts)
  if (init) await page.addInitScript(...[init].flat())
  await page.goto(`${address}/?${query}`)
  await page.waitForSelector('[data-toaster]', { state: 'attached' })
  return page
}

/** Records the texts of each toast, in order, in `toastHistory`. */
function recordToasts() {
  globalThis.toastHistory = []
  const look = () => {
    for (const toast of document.querySelectorAll('[data-toast]:not([data-phase=exiting])')) {
      const text = (part) => toast.querySelector(part)?.textContent ?? ''
      const said = [toast.dataset.toastId, toast.dataset.kind, text('[data-title]'), text('[data-description]')]
      const before = globalThis.toastHistory.findLast((other) => other[0] === said[0])
      if (JSON.stringify(before) !== JSON.stringify(said)) globalThis.toastHistory.push(said)
    }
  }
  const options = { subtree: true, childList: true, characterData: true, attributes: true }
  new MutationObserver(look).observe(document, options)
}

/** The texts of the toasts of a kind of task: `[kind, title, description]`. */
export async function said(page, kind) {
  const history = await page.evaluate(() => globalThis.toastHistory)
  return history.filter(([id]) => id.startsWith(`${kind}_`)).map(([, ...rest]) => rest)
}

export const toast = (page, kind) => page.locator(`[data-toast-id^="${kind}_"]`)

/** Polls until `test` returns a truthy value, and returns it. Fails after `limit` milliseconds. */
export async function eventually(test, limit = 30_000) {
  for (const end = Date.now() + limit; ;) {
    const held = await test()
    if (held) return held
    if (Date.now() > end) throw new Error(`not within ${limit} ms: ${test}`)
    // The polling interval.
    await delay(10)
  }
}

/** A request that takes longer, in milliseconds, is delayed by a fault; virtual time does not wait for it. */
const MAX_WAIT = 2_000

/** Tracks the requests in flight and their start times in `page.inFlight`. */
function trackRequests(page) {
  page.inFlight = new Map()
  page.on('request', (request) => page.inFlight.set(request, Date.now()))
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => page.inFlight.delete(request))
}

/** Advances the page's clock, then waits for pending responses. */
async function runFor(page, milliseconds) {
  await page.clock.runFor(milliseconds)
  const isPending = (began) => Date.now() - began < MAX_WAIT
  while ([...page.inFlight.values()].some(isPending)) await delay(1)
}

/** Hides or shows the tab, as a browser would. */
export const setVisibility = (page, state) => page.evaluate((state) => {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
  Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}, state)

/** Advances virtual time in steps. In each, the page gets the responses to its requests. */
export async function pass(page, milliseconds, step = 50) {
  for (let passed = 0; passed < milliseconds; passed += step) {
    await runFor(page, Math.min(step, milliseconds - passed))
  }
}

/** Advances virtual time until `test` holds. Returns how long that took. */
export async function passUntil(page, test, limit = 120_000, step = 50) {
  for (let passed = 0; passed <= limit; passed += step) {
    if (await test()) return passed
    await runFor(page, step)
  }
  throw new Error(`not within ${limit} ms of page time: ${test}`)
}

/** Opens the storage dialog and uploads a file. */
export async function upload(page, file, title) {
  const dialog = page.locator('[data-storage-dialog]')
  if (!(await dialog.isVisible())) await page.getByRole('button', { name: 'Open storage' }).click()
  await page.getByRole('tab', { name: 'Upload' }).click()
  await page.setInputFiles('input[type=file]', file)
  if (title !== undefined) await page.fill('input[name=title]', title)
  await page.click('[data-upload]')
}

// Pages with the built package, under the strictest policy that it must support.

import { execFile } from 'node:child_process'
import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import webpack from 'webpack'
import { startBackend } from './support.mjs'

export const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'"

/** The repository's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The package for the web. */
const web = process.env.PKG ?? `${root}/pkg`

/** Starts a backend that serves a folder with this policy. */
export const serve = (folder) => startBackend({ folder, policy: POLICY })

/** The output of a program; an error with its output if it fails. */
export async function run(program, parameters, folder = root) {
  try {
    return (await promisify(execFile)(program, parameters, { cwd: folder, maxBuffer: 10_000_000 })).stdout
  } catch (error) {
    throw new Error(`${program} ${parameters.join(' ')}: ${error.code}\n${error.stdout}\n${error.stderr}`)
  }
}

/**
 * Opens a page. `page.problems` collects exceptions, console errors and violations of the policy, also
 * after a reload. `init` runs before the page's scripts.
 */
export async function visit(browser, address, { init, ...context } = {}) {
  const browserContext = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...context })
  const page = await browserContext.newPage()
  page.problems = []
  page.on('pageerror', (error) => page.problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && page.problems.push(message.text()))
  await page.exposeFunction('onViolation', (violation) => page.problems.push(violation))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      onViolation(`${event.violatedDirective} refuses ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`))
  })
  if (init) await page.addInitScript(init)
  const response = await page.goto(address)
  page.policy = response.headers()['content-security-policy']
  return page
}

const fixture = (name) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

async function page() {
  const folder = await mkdtemp(join(tmpdir(), 'bare-'))
  await cp(fixture('bare'), folder, { recursive: true })
  return folder
}

/** Creates a folder with a bare page that uses the package. */
export async function bareFolder() {
  const folder = await page()
  await cp(web, `${folder}/pkg`, { recursive: true })
  await cp(fixture('service-worker.js'), `${folder}/service-worker.js`)
  return folder
}

/** The same with the package for bundlers, bundled by webpack. */
export async function bundledFolder() {
  const folder = await page()
  const stats = await promisify(webpack)({
    mode: 'production',
    entry: fixture('bundled.js'),
    output: { path: folder, filename: 'bare.js', publicPath: '/' },
    resolve: { alias: { 'yew-background-tasks': `${root}/pkg-bundler` } },
    experiments: { asyncWebAssembly: true },
    performance: { hints: false },
  })
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString())
  return folder
}

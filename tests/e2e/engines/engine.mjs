// One engine for all tests of a file: `ENGINE` is chromium (the default), firefox or webkit.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startBackend } from '../support.mjs'
import { Page } from './page.mjs'

export const engine = process.env.ENGINE ?? 'chromium'
const { start, emulatesOffline } = await import(`./${engine}.mjs`)

const { DIST } = process.env

/** The folder with harness.js in it, before all other scripts of its page. */
async function withHarness(folder) {
  const copy = await mkdtemp(join(tmpdir(), 'engines-'))
  await cp(folder, copy, { recursive: true })
  await cp(fileURLToPath(new URL('harness.js', import.meta.url)), `${copy}/harness.js`)
  const page = await readFile(`${copy}/index.html`, 'utf8')
  await writeFile(`${copy}/index.html`, page.replace(/<head[^>]*>/, '$&<script src="/harness.js"></script>'))
  return copy
}

/** A connection to the server that can be cut: the address stays, and nothing listens there. */
async function connection(target) {
  const sockets = new Set()
  const server = createServer((client) => {
    const upstream = connect({ port: new URL(target).port, host: '127.0.0.1' })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.pipe(upstream).on('close', () => client.destroy())
    upstream.pipe(client).on('close', () => upstream.destroy())
  })
  const listen = (port) => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address()
  const cut = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { address: `http://127.0.0.1:${port}`, cut, restore: () => listen(port), stop: cut }
}

/** A server for a folder, by default the demo, with the reference backend behind it. */
export async function serve(folder = DIST, policy) {
  const copy = await withHarness(folder)
  const backend = await startBackend({ folder: copy, policy })
  const line = emulatesOffline ? undefined : await connection(backend.address)
  return {
    address: backend.address,
    // Its buffers hold megabytes of an upload, so only what needs it uses it.
    connection: line,
    world: backend.world,
    async stop() {
      line?.stop()
      backend.stop()
      await rm(copy, { recursive: true, force: true })
    },
  }
}

let browser, server, context

/** Provides a browser, and a server for the demo or another folder, to the tests of a file. */
export function withEngine(serveFolder = () => serve()) {
  before(async () => {
    server = await serveFolder()
    browser = await start()
  })
  afterEach(async () => {
    await context?.close()
    context = undefined
  })
  after(async () => {
    if (context) await context.close()
    await browser?.close()
    await server?.stop()
  })
}

/** An isolated world on the server. */
export const world = (name) => server.world(name)

/**
 * Opens another tab; all tabs of a test share storage, locks and channels. Each test begins with an empty browser.
 * Only a tab that `goesOffline` may use `setOffline`.
 */
export async function openTab(query = '', { at = server, goesOffline = false } = {}) {
  context ??= await browser.context()
  const connection = goesOffline ? at.connection : undefined
  const page = new Page(await context.tab(), connection)
  await page.tab.resize(1280, 800)
  page.url = `${connection?.address ?? at.address}/${query && `?${query}`}`
  await page.goto(page.url)
  return page
}

/** Opens the demo. */
export async function openDemo(query = '', options) {
  const page = await openTab(query, options)
  await ready(page)
  return page
}

export const ready = (page) => page.until(() => globalThis.backgroundTasks && !!document.querySelector('[data-toaster]'))

export async function reload(page) {
  await page.reload()
  await ready(page)
}

/** The texts of the toasts of a kind of task: `[kind, title, description]`. */
export async function said(page, kind) {
  const history = await page.evaluate(() => toastHistory)
  return history.filter(([id]) => id.startsWith(`${kind}_`)).map(([, ...rest]) => rest)
}

export const tasks = (page) => page.evaluate(() => backgroundTasks.tasks())

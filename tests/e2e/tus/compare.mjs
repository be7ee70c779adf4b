// Compares uploads of this library with those of tus-js-client, on the same server under the same faults,
// and writes the table of docs/tus.md. Run by `cargo xtask compare-tus`.

import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bareFolder, root, visit } from '../package-support.mjs'
import { launch, startBackend } from '../support.mjs'
import { digest, startTusServer } from './server.mjs'

const SIZE = 3_000_000
const HALF = SIZE / 2
const REFUSAL = 'This talk is not allowed'

/** What happens to each upload. */
const ROWS = [
  { name: 'no fault' },
  { name: 'the connection is lost at half', prepare: (server) => server.cutAfter(HALF) },
  { name: 'the response to the last byte is lost', prepare: (server) => server.loseResponse() },
  {
    name: 'lost at half, then locked for two requests (423)',
    prepare: (server) => { server.cutAfter(HALF); server.respond('HEAD', 423, { times: 2 }) },
  },
  {
    name: 'lost at half, then expired (404)',
    prepare: (server) => { server.cutAfter(HALF); server.respond('HEAD', 404) },
  },
  {
    name: 'lost at half, then 403 once',
    prepare: (server) => { server.cutAfter(HALF); server.respond('HEAD', 403) },
  },
  {
    name: 'a proxy refuses requests over 1 MB (413)',
    prepare: (server) => server.respond('PATCH', 413, {
      times: Infinity, when: ({ headers }) => Number(headers['content-length']) > 1_000_000,
    }),
  },
  { name: 'larger than `Tus-Max-Size`', options: { maxSize: 1_000_000 }, fails: true },
  {
    name: 'a hook refuses the complete file (422 with a text)',
    options: { onUploadFinish: async () => { throw { status_code: 422, body: REFUSAL } } },
    fails: true,
  },
  { name: 'the server answers 500 twice', prepare: (server) => server.respond('PATCH', 500, { times: 2 }) },
  { name: 'CORS allows only the headers of the protocol' },
]

/** Uploads on the page, with the settings that each library has by default. */
const CLIENTS = {
  'this library': (endpoint, size) => {
    const bytes = Uint8Array.from({ length: size }, (_, index) => index % 251)
    const tasks = new BackgroundTasks({ store: null, resumableUploads: { endpoint }, upload: { processVideos: false } })
    return tasks.finished(tasks.upload(new File([bytes], 'talk.mp4'), { title: 'talk' }))
      .then(({ state, error }) => (state === 'succeeded' ? null : error))
  },
  'tus-js-client': (endpoint, size) => {
    const bytes = Uint8Array.from({ length: size }, (_, index) => index % 251)
    return new Promise((resolve) => {
      const upload = new tus.Upload(new File([bytes], 'talk.mp4'), {
        endpoint,
        metadata: { filename: 'talk.mp4', title: 'talk' },
        onSuccess: () => resolve(null),
        onError: (error) => resolve(error.message),
      })
      upload.start()
    })
  },
}

/** What became of an upload, in a few words. */
async function outcome(server, failure) {
  const sent = `${(server.received() / SIZE).toFixed(2)} × the bytes`
  const methods = server.requests.map(({ method }) => method).join(' ')
  const short = failure && (failure.length > 160 ? `${failure.slice(0, 160)}…` : failure).replaceAll('|', '\\|').replaceAll('\n', ' ')
  const stored = await server.stored()
  const isStored = stored.some(({ size, sha256 }) => size === SIZE && sha256 === digest(SIZE))
  const end = failure === null ? (isStored ? 'complete' : '**reported as complete, but not stored**') : `fails: “${short}”`
  const orphans = stored.length - (isStored ? 1 : 0)
  const left = orphans > 0 ? `, leaves ${orphans} partial` : ''
  return `${end}; ${sent}, ${methods}${left}`
}

const folder = await bareFolder()
const require = createRequire(import.meta.url)
const library = join(require.resolve('tus-js-client/package.json'), '../dist/tus.min.js')
await cp(library, join(folder, 'tus.min.js'))
const backend = await startBackend({ folder, policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src *" })
const browser = await launch()

const lines = [`| | ${Object.keys(CLIENTS).join(' | ')} |`, `| --- | ${Object.keys(CLIENTS).map(() => '---').join(' | ')} |`]
for (const { name, options = {}, prepare = () => {} } of ROWS) {
  const cells = []
  for (const client of Object.values(CLIENTS)) {
    const server = await startTusServer(options)
    const page = await visit(browser, `${backend.address}/`)
    await page.waitForFunction(() => globalThis.BackgroundTasks)
    await page.addScriptTag({ url: `${backend.address}/tus.min.js` })
    prepare(server)
    const failure = await page.evaluate(`(${client})(${JSON.stringify(server.endpoint)}, ${SIZE})`)
    cells.push(await outcome(server, failure))
    await page.context().close()
    await server.stop()
  }
  lines.push(`| ${name} | ${cells.join(' | ')} |`)
  process.stderr.write(`${lines.at(-1)}\n`)
}
await browser.close()
backend.stop()
await rm(folder, { recursive: true, force: true })

const version = (name) => JSON.parse(require('node:fs').readFileSync(join(root, 'tests/e2e/node_modules', name, 'package.json'), 'utf8')).version
const file = join(root, 'docs/tus.md')
const text = await readFile(file, 'utf8')
const marked = /(<!-- table by compare-tus -->\n)[\s\S]*?(<!-- end of table -->)/
if (!marked.test(text)) throw new Error('docs/tus.md has no marks for the table')
const head = `tus-js-client ${version('tus-js-client')}, @tus/server ${version('@tus/server')}, ${new Date().toISOString().slice(0, 10)}:\n\n`
await writeFile(file, text.replace(marked, (_, start, end) => `${start}${head}${lines.join('\n')}\n${end}`))

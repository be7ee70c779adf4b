// The demo and the reference backend behind nginx.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { backend, browser, eventually, open, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

let folder
before(async () => { folder = await mkdtemp(join(tmpdir(), 'nginx-')) })
after(() => rm(folder, { recursive: true, force: true }))

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})

const accepts = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true) })
  socket.on('error', () => resolve(false))
})

/** Starts nginx with these directives in its `server`, and returns its address. */
async function nginx(t, directives = '', { tls = false } = {}) {
  const port = await freePort()
  const own = await mkdtemp(join(folder, 'run-'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  if (tls) {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
      '-days', '1', '-subj', '/CN=127.0.0.1', '-keyout', join(own, 'key'), '-out', join(own, 'cert')], { stdio: 'ignore' })
  }
  await writeFile(join(own, 'nginx.conf'), `
    daemon off;
    ${process.getuid() === 0 ? 'user root;' : ''}
    pid ${own}/pid;
    error_log stderr emerg;
    events {}
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${own}/${name};`).join('\n')}
      server {
        listen 127.0.0.1:${port} ${tls ? 'ssl http2' : ''};
        ${tls ? `ssl_certificate ${own}/cert; ssl_certificate_key ${own}/key;` : ''}
        gzip on;
        gzip_types application/json application/wasm text/javascript;
        gzip_min_length 1;
        ${directives}
        location / {
          proxy_pass ${backend.address};
          proxy_http_version 1.1;
          proxy_set_header Host $http_host;
          proxy_set_header X-Forwarded-Proto $scheme;
          proxy_set_header Connection "";
        }
      }
    }`)
  const child = spawn('nginx', ['-c', join(own, 'nginx.conf'), '-p', own, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'inherit'] })
  t.after(() => child.kill())
  await eventually(() => accepts(port))
  return `http${tls ? 's' : ''}://127.0.0.1:${port}`
}

const FAST = { video: { queued_ms: 200, running_ms: 1_500 }, embedding: { queued_ms: 0, running_ms: 500 } }

const states = (page) => page.evaluate(() => backgroundTasks.tasks().map(({ kind, state }) => `${kind} ${state}`).sort())

/** Uploads a video of so many bytes. */
const upload = (page, bytes) => page.evaluate((bytes) => {
  backgroundTasks.upload(new File([new Uint8Array(bytes)], 'talk.mp4', { type: 'video/mp4' }))
}, bytes)

test('a video is uploaded, processed and embedded, with gzip', async (t) => {
  const world = backend.world()
  await world.plan(FAST)
  const page = await open(browser, await nginx(t), `${world.query}&interval=200`)
  await upload(page, 500_000)
  await eventually(async () => (await states(page)).join() === 'embedding succeeded,upload succeeded,video succeeded')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('the same over HTTP/2 and TLS, with a resumable upload', async (t) => {
  const world = backend.world()
  await world.plan(FAST)
  const address = await nginx(t, '', { tls: true })
  const page = await open(browser, address, `${world.query}&interval=200&uploads=resumable`, { ignoreHTTPSErrors: true })
  await upload(page, 500_000)
  await eventually(async () => (await states(page)).join() === 'embedding succeeded,upload succeeded,video succeeded')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('statuses are pushed through a proxy that does not buffer', async (t) => {
  const world = backend.world()
  await world.plan({ ...FAST, events: true })
  const page = await open(browser, await nginx(t, 'proxy_buffering off;'), `${world.query}&events=1`)
  await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await eventually(async () => (await states(page)).includes('video succeeded'))
  const requests = await world.requests()
  assert.equal(requests.filter(({ operation }) => operation === 'events').length, 1)
  assert.ok(requests.filter(({ operation }) => operation === 'video-status').length <= 1, 'the first check is the only one')
  await page.context().close()
})

test('a stream that a proxy holds back or cuts does not delay the end of a task', async (t) => {
  for (const directives of ['', 'proxy_read_timeout 1s; proxy_buffering off;']) {
    const world = backend.world()
    await world.plan({ ...FAST, events: true })
    const page = await open(browser, await nginx(t, directives), `${world.query}&events=1`)
    await page.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
    await eventually(async () => (await states(page)).includes('video succeeded'))
    await page.context().close()
  }
})

test('client_max_body_size refuses a form with a reason, and makes resumable requests smaller', async (t) => {
  const world = backend.world()
  await world.plan(FAST)
  // The default is 1 MB.
  const address = await nginx(t)
  const form = await open(browser, address, world.query)
  await upload(form, 3_000_000)
  await form.waitForFunction(() => backgroundTasks.tasks()[0].state === 'failed')
  assert.equal(await form.evaluate(() => backgroundTasks.tasks()[0].error), 'The file is too large for the server. Choose a smaller one.')
  await form.context().close()
  const resumable = await open(browser, address, `${world.query}&uploads=resumable`)
  await upload(resumable, 3_000_000)
  await eventually(async () => (await states(resumable)).includes('upload succeeded'))
  const [stored] = await world.attachments()
  assert.equal(stored.size, 3_000_000)
  await resumable.context().close()
})

// Uploads to a tus server that knows nothing of this library.

import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { bareFolder, visit } from './package-support.mjs'
import { launch, startBackend } from './support.mjs'
import { digest, startTusServer } from './tus/server.mjs'

const SIZE = 3_000_000

let backend, browser, folder

before(async () => {
  folder = await bareFolder()
  backend = await startBackend({ folder, policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src *" })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  backend?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Runs `body` with a page and a server, and closes them. */
async function withServer(options, body) {
  const server = await startTusServer(options)
  const page = await visit(browser, `${backend.address}/`)
  await page.waitForFunction(() => globalThis.BackgroundTasks)
  await page.evaluate((size) => {
    globalThis.file = (bytes = size) =>
      new File([Uint8Array.from({ length: bytes }, (_, index) => index % 251)], 'talk.mp4', { type: 'video/mp4' })
    globalThis.start = (endpoint, { resumable, upload, ...options } = {}) => {
      globalThis.tasks = new BackgroundTasks({
        resumableUploads: { endpoint, ...resumable },
        upload: { processVideos: false, retry: { minBackoffMs: 50, maxBackoffMs: 50 }, ...upload },
        ...options,
      })
    }
    globalThis.ended = async (id) => {
      const { state, error, attachmentId } = await tasks.finished(id)
      return { state, error, attachmentId }
    }
  }, SIZE)
  try {
    await body(page, server)
  } finally {
    await page.context().close()
    await server.stop()
  }
}

/** Uploads the file, and returns how that ended. */
const upload = (page, server, options) => page.evaluate(([endpoint, options]) => {
  start(endpoint, options)
  return ended(tasks.upload(file(), { title: 'A talk' }))
}, [server.endpoint, options])

/** Starts an upload whose connection is lost at half, and waits until it is: it does not continue on its own. */
async function interrupted(page, server) {
  server.cutAfter(SIZE / 2)
  const id = await page.evaluate((endpoint) => {
    start(endpoint, { upload: { retry: { minBackoffMs: 60_000, maxBackoffMs: 60_000 } } })
    return tasks.upload(file())
  }, server.endpoint)
  await page.waitForFunction((id) => tasks.tasks().find((it) => it.id === id).state === 'recovering', id)
  return id
}

const methods = (server) => server.requests.map(({ method }) => method)
const parts = (server) => server.requests.filter(({ method }) => method === 'PATCH')

async function assertStoredOnce(server) {
  const [stored, ...others] = await server.stored()
  assert.deepEqual(others, [])
  assert.equal(stored.size, SIZE)
  assert.equal(stored.sha256, digest(SIZE))
  return stored.name
}

test('a finished upload is a success, whose attachment is the end of its URL', () => withServer({}, async (page, server) => {
  const asked = []
  page.on('request', (request) => asked.push(request.url()))
  const end = await upload(page, server, { resumable: { metadata: { album: '7' } } })
  const name = await assertStoredOnce(server)
  assert.deepEqual(end, { state: 'succeeded', error: null, attachmentId: name })
  assert.deepEqual(methods(server), ['POST', 'PATCH'])
  assert.deepEqual(await server.metadata(), { filename: 'talk.mp4', filetype: 'video/mp4', title: 'A talk', album: '7' })
  assert.equal(server.requests[0].headers['idempotency-key'], undefined)
  assert.ok(asked.every((url) => url.startsWith(server.address)), 'nothing was processed')
}))

test('the app derives the attachment from the URL', () => withServer({}, async (page, server) => {
  const end = await page.evaluate((endpoint) => {
    start(endpoint, { resumable: { attachmentId: (url) => `video-${new URL(url).pathname.split('/').length}` } })
    return ended(tasks.upload(file()))
  }, server.endpoint)
  assert.equal(end.attachmentId, 'video-3')
}))

test('a connection that is lost halfway costs the other half', () => withServer({}, async (page, server) => {
  server.cutAfter(SIZE / 2)
  assert.equal((await upload(page, server)).state, 'succeeded')
  await assertStoredOnce(server)
  assert.deepEqual(methods(server), ['POST', 'PATCH', 'HEAD', 'PATCH'])
  assert.ok(Number(parts(server)[1].headers['upload-offset']) > SIZE / 4)
}))

test('the response to the last byte may be lost', () => withServer({}, async (page, server) => {
  server.loseResponse()
  assert.equal((await upload(page, server)).state, 'succeeded')
  await assertStoredOnce(server)
  assert.deepEqual(methods(server), ['POST', 'PATCH', 'HEAD'])
}))

test('a locked upload is waited for', () => withServer({}, async (page, server) => {
  server.cutAfter(SIZE / 2)
  server.respond('HEAD', 423, { times: 2 })
  assert.equal((await upload(page, server)).state, 'succeeded')
  await assertStoredOnce(server)
}))

test('an upload that has expired begins again', () => withServer({}, async (page, server) => {
  const id = await interrupted(page, server)
  await server.expire()
  const end = await page.evaluate((id) => { tasks.pause(id); tasks.resume(id); return ended(id) }, id)
  assert.equal(end.state, 'succeeded')
  await assertStoredOnce(server)
}))

test('parts get smaller where a proxy refuses them with 413', () => withServer({}, async (page, server) => {
  server.respond('PATCH', 413, { times: Infinity, when: ({ headers }) => Number(headers['content-length']) > 1_000_000 })
  assert.equal((await upload(page, server)).state, 'succeeded')
  await assertStoredOnce(server)
}))

test('no part is longer than chunkBytes', () => withServer({}, async (page, server) => {
  assert.equal((await upload(page, server, { upload: { chunkBytes: 1_000_000 } })).state, 'succeeded')
  await assertStoredOnce(server)
  assert.deepEqual(parts(server).map(({ headers }) => headers['content-length']), ['1000000', '1000000', '1000000'])
}))

test('a file that a hook refuses fails with its text, and Retry sends it again', async () => {
  let isRefused = true
  const onUploadFinish = async () => {
    if (isRefused) throw { status_code: 422, body: 'This talk is not allowed' }
    return {}
  }
  await withServer({ onUploadFinish }, async (page, server) => {
    const end = await upload(page, server)
    assert.equal(end.state, 'failed')
    assert.match(end.error, /This talk is not allowed/)
    isRefused = false
    const id = await page.evaluate(() => tasks.tasks()[0].id)
    const again = await page.evaluate((id) => { tasks.retry(id); return ended(id) }, id)
    assert.equal(again.state, 'succeeded')
    await assertStoredOnce(server)
  })
})

test('a file over Tus-Max-Size is refused before a byte is sent', () => withServer({ maxSize: 1_000_000 }, async (page, server) => {
  const end = await upload(page, server)
  assert.deepEqual(end, {
    state: 'failed', error: 'The file is too large. The server accepts at most 1.0 MB.', attachmentId: null,
  })
  assert.deepEqual(parts(server), [])
}))

test('Location may be relative', () => withServer({ relativeLocation: true }, async (page, server) => {
  assert.equal((await upload(page, server)).state, 'succeeded')
  await assertStoredOnce(server)
}))

test('Location may name another origin if the app allows it', () => withServer({}, async (page, server) => {
  const other = await startTusServer()
  const create = await fetch(other.endpoint, {
    method: 'POST', headers: { 'tus-resumable': '1.0.0', 'upload-length': String(SIZE) },
  })
  const location = create.headers.get('location')
  server.respond('POST', 201, { times: 2, headers: { Location: location } })
  const refused = await upload(page, server)
  assert.equal(refused.state, 'failed')
  assert.match(refused.error, /not of an origin that the app allows/)
  assert.deepEqual(parts(other), [])
  await page.evaluate(() => tasks.destroy())
  const stored = await upload(page, server, { resumable: { allowedOrigins: [other.address] } })
  assert.equal(stored.state, 'succeeded')
  await assertStoredOnce(other)
  await other.stop()
}))

test('the idempotency key is sent to another origin only if the app says so', () => withServer(
  { allowedHeaders: ['Idempotency-Key'] },
  async (page, server) => {
    assert.equal((await upload(page, server, { resumable: { idempotencyKey: true } })).state, 'succeeded')
    assert.match(server.requests[0].headers['idempotency-key'], /^[0-9a-f]{16}-0$/)
  },
))

test('a cancelled upload leaves nothing on the server', () => withServer({}, async (page, server) => {
  const id = await interrupted(page, server)
  const deleted = page.waitForResponse((response) => response.request().method() === 'DELETE')
  await page.evaluate((id) => tasks.cancel(id), id)
  assert.equal((await deleted).status(), 204)
  assert.equal(await server.count(), 0)
}))

for (const offset of [undefined, '-1', '99999999999999999999', 'ten', '0']) {
  // `0` is one that goes backwards.
  const headers = offset === undefined ? {} : { 'Upload-Offset': offset }
  test('an invalid Upload-Offset fails the upload after its retries, with a reason', () => withServer({}, async (page, server) => {
    server.respond('PATCH', 204, { times: Infinity, headers })
    const end = await upload(page, server, { upload: { retry: { minBackoffMs: 1, maxBackoffMs: 1, maxFailures: 2 } } })
    assert.equal(end.state, 'failed')
    assert.match(end.error, /Upload-Offset|did not accept any bytes/)
    assert.ok(parts(server).length <= 2, `${parts(server).length} parts`)
  }))
}

// Uploads to object storage with the S3 API, on another origin whose CORS rules allow what the docs say.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { bareFolder, visit } from './package-support.mjs'
import { startStorage } from './s3/server.mjs'
import { eventually, launch, startBackend } from './support.mjs'

const MIB = 2 ** 20
/** Three parts of the smallest size that S3 accepts, and a shorter one. */
const SIZE = 16 * MIB
const PART = 5 * MIB
const SMALL = 3 * MIB
/** What would wait forever fails. */
const LIMIT = { timeout: 120_000 }

let backend, browser, folder, storage

/** The same bytes as in the files of the page. */
function content(size) {
  const bytes = Buffer.alloc(size)
  for (let index = 0; index < size; index += 1) bytes[index] = index % 251
  return bytes
}

before(async () => {
  folder = await bareFolder()
  backend = await startBackend({ folder, policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src *" })
  browser = await launch()
  storage = await startStorage()
})
after(async () => {
  storage?.stop()
  await browser?.close()
  backend?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Defines `file` and `start` on a page, whose functions ask the server of the bucket. */
async function ready(page, bucket) {
  await page.waitForFunction(() => globalThis.BackgroundTasks)
  await page.evaluate(async ([app, multipartFrom, partSize]) => {
    const { s3 } = await import('/pkg/s3.js')
    globalThis.file = (size) => {
      const bytes = new Uint8Array(size)
      for (let index = 0; index < size; index += 1) bytes[index] = index % 251
      return new File([bytes], 'talk.mp4', { type: 'video/mp4' })
    }
    const ask = (name) => async ({ file, signal, ...input }) => {
      const response = await fetch(`${app}/${name}`, {
        method: 'POST', signal, body: JSON.stringify({ key: file && `talk-${file.size}.mp4`, ...input }),
      })
      const body = await response.json()
      if (!response.ok) throw Object.assign(new Error(body.message), { status: response.status })
      return body
    }
    const names = ['signPut', 'createMultipart', 'signPart', 'listParts', 'completeMultipart', 'abortMultipart']
    globalThis.start = ({ functions, retry } = {}) => {
      const asking = Object.fromEntries(names.map((name) => [name, ask(name)]))
      globalThis.tasks = new BackgroundTasks({
        store: 's3',
        uploadTransport: s3({ ...asking, ...functions, multipartFrom, partSize }),
        upload: { processVideos: false, retry: { minBackoffMs: 50, maxBackoffMs: 50, ...retry } },
      })
    }
    globalThis.ended = async (id) => {
      const { state, error, attachmentId } = await tasks.finished(id)
      return { state, error, attachmentId }
    }
  }, [bucket.app, PART, PART])
}

/** Runs `body` with a page and a bucket of its own, and closes the page. */
async function withBucket(body) {
  const bucket = await storage.bucket(backend.address)
  const page = await visit(browser, `${backend.address}/`)
  try {
    await ready(page, bucket)
    await body(page, bucket)
  } finally {
    await page.context().close()
  }
}

const begin = (page, size, options) => page.evaluate(([size, options]) => {
  start(options)
  return tasks.upload(file(size))
}, [size, options])

const end = (page, id) => page.evaluate((id) => ended(id), id)

const retried = (page, id) => page.evaluate((id) => { tasks.retry(id); return ended(id) }, id)

const waitFor = (page, id, state) =>
  page.waitForFunction(([id, state]) => tasks.tasks().find((it) => it.id === id)?.state === state, [id, state])

async function assertStored(bucket, size, result) {
  const key = `talk-${size}.mp4`
  assert.deepEqual(result, { state: 'succeeded', error: null, attachmentId: key })
  const sha256 = createHash('sha256').update(content(size)).digest('hex')
  assert.deepEqual(await bucket.stored(), [{ key, size, sha256 }])
  assert.equal(await bucket.partial(), 0)
}

test('a small file is put in one request, shows its progress and cannot be paused', LIMIT, () => withBucket(async (page, bucket) => {
  bucket.hold(0)
  const id = await begin(page, SMALL)
  // Some of it stands in buffers.
  await page.waitForFunction(() => tasks.tasks()[0].progress > 0)
  await page.evaluate((id) => tasks.pause(id), id)
  bucket.release()
  await assertStored(bucket, SMALL, await end(page, id))
  assert.deepEqual(bucket.requests.map(({ method, part, status }) => [method, part, status]), [['PUT', 0, 200]])
  assert.deepEqual(bucket.calls, ['signPut'])
}))

test('a cancelled PUT is aborted and leaves nothing', LIMIT, () => withBucket(async (page, bucket) => {
  bucket.hold(0)
  const id = await begin(page, SMALL)
  await eventually(() => bucket.isHolding())
  const failed = page.waitForEvent('requestfailed', (request) => request.method() === 'PUT')
  await page.evaluate((id) => tasks.cancel(id), id)
  await failed
  assert.equal((await end(page, id)).state, 'cancelled')
  assert.deepEqual(await bucket.stored(), [])
}))

test('a large file is sent in parts, and continues with the missing ones after a pause', LIMIT, () => withBucket(async (page, bucket) => {
  bucket.hold(3)
  const id = await begin(page, SIZE)
  await eventually(() => bucket.isHolding())
  await page.evaluate((id) => tasks.pause(id), id)
  bucket.hold(undefined)
  await page.evaluate((id) => tasks.resume(id), id)
  await assertStored(bucket, SIZE, await end(page, id))
  assert.deepEqual(bucket.parts(), [1, 2, 3, 4])
  assert.equal(bucket.calls.filter((call) => call === 'createMultipart').length, 1)
}))

test('a connection that is lost in a part costs that part', LIMIT, () => withBucket(async (page, bucket) => {
  bucket.cut(2, PART / 2)
  await assertStored(bucket, SIZE, await end(page, await begin(page, SIZE)))
  assert.deepEqual(bucket.parts(), [1, 2, 3, 4])
  assert.ok(bucket.calls.includes('listParts'))
}))

test('after a reload an upload in parts continues once its file is chosen again', LIMIT, () => withBucket(async (page, bucket) => {
  bucket.hold(3)
  const id = await begin(page, SIZE)
  await eventually(() => bucket.isHolding())
  page.on('dialog', (dialog) => dialog.accept())
  await page.reload()
  bucket.hold(undefined)
  await ready(page, bucket)
  await page.evaluate(() => start())
  await waitFor(page, id, 'failed')
  const chooser = page.waitForEvent('filechooser')
  await page.locator('[data-action]').click()
  const path = join(folder, 'talk.mp4')
  await writeFile(path, content(SIZE))
  await (await chooser).setFiles(path)
  await waitFor(page, id, 'succeeded')
  await assertStored(bucket, SIZE, await end(page, id))
  assert.deepEqual(bucket.parts(), [1, 2, 3, 4])
}))

test('a request whose signature has expired is signed again', LIMIT, () => withBucket(async (page, bucket) => {
  bucket.expire(1, 1)
  await assertStored(bucket, SIZE, await end(page, await begin(page, SIZE)))
  assert.deepEqual(bucket.requests.map(({ part, status }) => [part, status]), [[1, 403], [1, 200], [2, 200], [3, 200], [4, 200]])
  assert.equal(bucket.calls.includes('listParts'), false)
  bucket.expire(1, 0)
  assert.equal((await page.evaluate((size) => ended(tasks.upload(file(size))), SMALL)).state, 'succeeded')
  assert.deepEqual(bucket.requests.slice(5).map(({ status }) => status), [403, 200])
}))

test('a second refusal fails the upload, and Retry continues it', LIMIT, () => withBucket(async (page, bucket) => {
  bucket.expire(2, 2)
  const id = await begin(page, SIZE)
  const failed = await end(page, id)
  assert.equal(failed.state, 'failed')
  assert.match(failed.error, /not allowed/)
  assert.deepEqual(bucket.requests.map(({ part, status }) => [part, status]), [[1, 200], [2, 403], [2, 403]])
  await assertStored(bucket, SIZE, await retried(page, id))
  assert.deepEqual(bucket.parts(), [1, 2, 3, 4])
}))

test('a part whose ETag is not exposed fails with a reason, and Retry keeps what was sent', LIMIT, () => withBucket(async (page, bucket) => {
  await bucket.exposeETag(false)
  const id = await begin(page, SIZE)
  const failed = await end(page, id)
  assert.equal(failed.state, 'failed')
  assert.match(failed.error, /Access-Control-Expose-Headers: ETag/)
  assert.deepEqual(bucket.parts(), [1])
  await bucket.exposeETag(true)
  await assertStored(bucket, SIZE, await retried(page, id))
  assert.deepEqual(bucket.parts(), [1, 2, 3, 4])
}))

test('a cancelled upload in parts leaves nothing on the storage', LIMIT, () => withBucket(async (page, bucket) => {
  bucket.hold(2)
  const id = await begin(page, SIZE)
  await eventually(() => bucket.isHolding())
  assert.equal(await bucket.partial(), 1)
  await page.evaluate((id) => tasks.cancel(id), id)
  await eventually(async () => (await bucket.partial()) === 0)
  assert.deepEqual(await bucket.stored(), [])
}))

test('the result of completeMultipart may be lost', LIMIT, () => withBucket(async (page, bucket) => {
  bucket.lose('completeMultipart')
  await assertStored(bucket, SIZE, await end(page, await begin(page, SIZE)))
  assert.deepEqual(bucket.parts(), [1, 2, 3, 4])
}))

test('a multipart upload that has expired begins again', LIMIT, () => withBucket(async (page, bucket) => {
  bucket.hold(2)
  const id = await begin(page, SIZE)
  await eventually(() => bucket.isHolding())
  await page.evaluate((id) => tasks.pause(id), id)
  bucket.hold(undefined)
  await bucket.abortAll()
  await page.evaluate((id) => tasks.resume(id), id)
  await assertStored(bucket, SIZE, await end(page, id))
  assert.deepEqual(bucket.parts(), [1, 1, 2, 3, 4])
}))

test('a multipart upload that is created after Cancel is deleted', LIMIT, () => withBucket(async (page, bucket) => {
  const aborted = await page.evaluate(async (size) => {
    const created = Promise.withResolvers()
    const asked = Promise.withResolvers()
    const aborted = Promise.withResolvers()
    start({ functions: {
      createMultipart: () => { asked.resolve(); return created.promise },
      abortMultipart: ({ uploadId }) => aborted.resolve(uploadId),
    } })
    const id = tasks.upload(file(size))
    await asked.promise
    tasks.cancel(id)
    created.resolve({ key: 'a', uploadId: 'u-1' })
    return aborted.promise
  }, PART)
  assert.equal(aborted, 'u-1')
  assert.deepEqual(bucket.requests, [])
}))

test('wrong results of functions are reasons that name the function', LIMIT, () => withBucket(async (page, bucket) => {
  const created = "() => ({ key: 'a', uploadId: 'u' })"
  for (const [size, functions, expected] of [
    [SMALL, { signPut: '() => ({})' }, 'signPut() must return an object with a url'],
    [SMALL, { signPut: '() => null' }, 'signPut() must return an object with a url'],
    [SMALL, { signPut: '() => ({ url: 7 })' }, 'signPut() must return an object with a url'],
    [SMALL, { signPut: "() => ({ url: 'http://' })" }, 'signPut() returned a request that cannot be sent'],
    [SMALL, { signPut: "() => ({ url: '/x', headers: { 'a b': 'c' } })" }, 'signPut() returned a request that cannot be sent'],
    [SMALL, { signPut: "() => ({ url: '/x', headers: { a: 7 } })" }, 'signPut() must return an object with a url'],
    [SMALL, { signPut: "() => { throw new Error('no session') }" }, 'signPut(): no session'],
    [SMALL, { signPut: "() => Promise.reject('no session')" }, 'signPut(): no session'],
    [SMALL, { signPut: '() => Promise.reject()' }, 'signPut(): an exception'],
    [SMALL, { signPut: "() => Promise.reject({ status: 422, message: 'No talks' })" }, 'No talks'],
    [PART, { createMultipart: "() => ({ key: 'a' })" }, 'createMultipart() must return an object with key and uploadId'],
    [PART, { createMultipart: created, signPart: '() => undefined' }, 'signPart() must return an object with a url'],
    [PART, { createMultipart: created, signPart: '() => ({})', listParts: '() => [{}]' }, 'listParts() must return an array'],
  ]) {
    const sources = Object.entries(functions).map(([name, source]) => `${name}: ${source}`)
    await page.evaluate(`globalThis.functions = { ${sources.join()} }`)
    const failed = await page.evaluate(async (size) => {
      start({ functions, retry: { maxFailures: 2 } })
      const end = await ended(tasks.upload(file(size)))
      tasks.forget()
      tasks.destroy()
      return end
    }, size)
    assert.equal(failed.state, 'failed')
    assert.ok(failed.error.includes(expected), failed.error)
  }
  assert.deepEqual(bucket.requests, [])
}))

test('wrong options are named', LIMIT, () => withBucket(async (page) => {
  const errors = await page.evaluate(async () => {
    const { s3 } = await import('/pkg/s3.js')
    const of = (options) => { try { s3(options); return 'none' } catch (error) { return `${error}` } }
    const call = () => {}
    return [
      of(undefined), of({}), of({ signPut: 7 }), of({ signPut: call, signPart: call }), of({ signPut: call, multipartFrom: -1 }),
      of({ signPut: call, partSize: 1 }), of({ signPut: call }),
    ]
  })
  assert.deepEqual(errors, [
    'TypeError: options must be an object',
    'TypeError: signPut must be a function',
    'TypeError: signPut must be a function',
    'TypeError: createMultipart must be a function',
    'TypeError: multipartFrom must be a whole number of bytes',
    'TypeError: partSize must be a whole number of bytes, 5 MiB to 5 GiB',
    'none',
  ])
}))

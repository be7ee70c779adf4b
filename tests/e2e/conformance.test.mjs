// The checks of the HTTP API: the reference backend passes them, and each fails where a server is wrong.

import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, request as forward } from 'node:http'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadOpenApi } from './conformance/openapi.mjs'
import { PARTS, check } from './conformance/suite.mjs'
import { startBackend } from './support.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const start = () => startBackend({ folder: `${root}/docs`, policy: "default-src 'none'" })
const origin = 'https://app.example'

let backend
before(async () => { backend = await start() })
after(() => backend.stop())

const quick = { queued_ms: 50, running_ms: 100 }

/** A world whose jobs take no time, and only those that were started exist. */
async function world(plan = {}) {
  const world = backend.world()
  await world.plan({ video: quick, embedding: quick, known_only: true, ...plan })
  return { ...world, base: `${backend.address}${world.base}` }
}

const failures = (results) => results.filter(({ outcome }) => outcome === 'failed')

test('the reference backend passes every check, and no operation or success of docs/openapi.yaml is left out', async () => {
  // The ids of its jobs need encoding.
  const prefix = 'q /?#%,😀'
  // The second job is the one that is cancelled.
  const { base } = await world({ queue_id_prefix: prefix, video_by_id: { [`${prefix}2`]: { outcome: 'stuck' } } })
  const { results, advice, exercised } = await check({ base, origin, require: ['batches', 'events', 'uploads'] })
  assert.deepEqual(results.filter(({ outcome }) => outcome !== 'ok'), [])
  assert.deepEqual(advice, [])
  for (const { operationId, responses } of (await loadOpenApi()).operations) {
    const success = Object.keys(responses).find((status) => status.startsWith('2'))
    assert.ok(exercised.has(`${operationId} ${success}`), `${operationId} ${success}`)
  }
})

/** A server before the backend that changes requests and responses: what is wrong with it. */
async function withProxy(t, base, change) {
  const proxy = createServer(async (incoming, outgoing) => {
    const chunks = []
    try {
      for await (const chunk of incoming) chunks.push(chunk)
    } catch {
      change.onAborted?.()
    }
    const request = { method: incoming.method, url: incoming.url, headers: incoming.headers, body: Buffer.concat(chunks) }
    const respond = (status, headers, body = '') => outgoing.writeHead(status, headers).end(body)
    if (change.request?.(request, respond)) return
    const { origin: server, pathname } = new URL(base)
    const options = { method: request.method, headers: { ...request.headers, connection: 'close' } }
    // The Location of an upload has the path already.
    const path = request.url.startsWith(pathname) ? request.url : pathname + request.url
    const sent = forward(server + path, options, (response) => {
      change.response?.(request, response.headers)
      outgoing.writeHead(response.statusCode, response.headers)
      response.pipe(outgoing)
    })
    sent.on('error', () => outgoing.destroy())
    sent.end(request.body)
  })
  await new Promise((resolve) => { proxy.listen(0, '127.0.0.1', resolve) })
  t.after(() => { proxy.closeAllConnections(); proxy.close() })
  return `http://127.0.0.1:${proxy.address().port}`
}

const json = { 'content-type': 'application/json' }
const always = (on, fault) => ({ faults: { on, times: null, fault } })
const starts = ({ method, url }) => method === 'POST' && url === '/video-processing/start'

/** What a server does wrong, and what the report says. */
const WRONG = [
  ['attachments', 'stores a file', always('upload', { status: 200, body: '<!doctype html>Sign in', content_type: 'text/html' }), /returned 200 and no JSON but <!doctype html>Sign in/],
  ['attachments', 'stores a file', always('upload', 'drop'), /POST \/attachments had no response/],
  ['attachments', 'stores a file', always('upload', { status: 201, body: '{"id": -1, "title": "x"}' }), /where “id” has to be >= 0/],
  ['attachments', 'a repeated Idempotency-Key', { proxy: () => ({ request: ({ headers }) => { delete headers['idempotency-key'] } }) }, /stored the file twice, as 1 and 2/],
  ['attachments', 'another Idempotency-Key', { proxy: () => ({ request: ({ headers }) => { headers['idempotency-key'] &&= 'k' } }) }, /another Idempotency-Key returned the first attachment/],
  ['attachments', 'lists both', always('list', { status: 200, body: '[]' }), /has attachment 1 0 times/],
  ['attachments', 'lists both', always('list', { status: 200, body: '{}' }), /the whole has to be array/],
  ['attachments', 'deletes it', always('delete', { status: 204 }), /still has attachment 2, which was deleted/],

  ['jobs', 'returns a queue_id', always('video-start', { status: 202, body: '{}' }), /has no “queue_id”/],
  ['jobs', 'a repeated Idempotency-Key', { proxy: () => ({ request: ({ headers }) => { delete headers['idempotency-key'] } }) }, /started two jobs, q-1 and q-2/],
  ['jobs', 'statuses until', { plan: { video: { ...quick, words: { completed: 'finito' } } } }, /"finito".*“status” is not one of the values that a status may have/],
  ['jobs', 'statuses until', { plan: { video: { script: [{ status: 'running', progress: 140 }] } } }, /“progress” has to be <= 100/],
  ['jobs', 'statuses until', { plan: { video: { ...quick, outcome: 'failed', error: 'No audio track' } } }, /ended with .*No audio track.*Use --file/],
  ['jobs', 'statuses until', { plan: { video: { ...quick, outcome: 'stuck' } }, waitMs: 400 }, /After 0.4 s, GET .* still returned .*Use --wait/],
  ['jobs', 'keeps its status', { plan: { video: { script: [{ status: 'done' }, { status: 'queued' }] } }, waitMs: 400 }, /was done and is now queued/],
  ['jobs', 'percent-decoded', { proxy: () => ({ request: (it) => { it.url = it.url.replaceAll('%', '%25') } }) }, /every byte of the queue_id q-1 is encoded, returned 404/],
  ['jobs', 'as Retry does', {
    proxy: () => {
      let first
      return { request: (it, respond) => starts(it) && it.headers['idempotency-key'] !== (first ??= it.headers['idempotency-key']) && respond(422, json, '{"error": "done already"}') }
    },
  }, /returned 422 with .*done already/],
  ['jobs', 'cancels a job', always('video-cancel', { status: 500 }), /cancel\/q-2 returned 500/],
  ['jobs', 'starts embeddings', always('embedding-start', { status: 500 }), /POST \/embeddings\/start returned 500/],
  ['jobs', 'as a string of its digits', { proxy: () => ({ request: (it, respond) => /"attachment_id":"/.test(it.body) && respond(422, json, '{"error": "expected a number"}') }) }, /expected a number/],
  ['jobs', 'that was deleted', always('delete', { status: 204 }), /returned 202 instead of a status of 4xx, though attachment 2 was deleted/],

  ['batches', 'of several jobs', { proxy: () => ({ request: (it, respond) => it.url.includes('?ids=') && respond(200, json, '{}') }) }, /returned no status of q-1/],
  ['batches', 'for embeddings', { proxy: () => ({ request: (it, respond) => /embeddings.*\?ids=/.test(it.url) && respond(200, json, '{}') }) }, /returned no status of 1/],
  ['batches', 'does not hide', { proxy: () => ({ request: (it, respond) => it.url.includes('unknown-') && respond(404, json, '{"error": "no such job"}') }) }, /returned 404 with .*no such job/],
  ['batches', 'encoded comma', { proxy: () => ({ request: (it) => { it.url = it.url.replaceAll('%2C', ',') } }) }, /decoded before it was split/],
  ['batches', '4000 bytes', { proxy: () => ({ request: (it, respond) => it.url.length > 2_000 && respond(414, json, '{"error": "too long"}') }) }, /returned 414/],

  ['events', 'reports a job', always('events', { status: 200, body: 'data: {}\n\n', content_type: 'text/plain' }), /Content-Type “text\/plain” instead of 200 with text\/event-stream/],
  ['events', 'reports a job', { plan: { events_silent: true }, waitMs: 400 }, /has reported nothing about the job q-1/],
  ['events', 'reports a job', { plan: { video: { script: [{ status: 'odd' }] } } }, /GET \/events sent .*odd/],

  ['uploads', 'with creation and termination', { proxy: () => ({ response: (_, headers) => { headers['tus-extension'] &&= 'creation' } }) }, /Tus-Extension is “creation”, without termination/],
  ['uploads', 'that HEAD finds empty', always('upload-create', { status: 201 }), /without the header Location/],
  ['uploads', 'a repeated Idempotency-Key', {
    proxy: () => {
      let count = 0
      return { request: (it, respond) => it.method === 'POST' && it.url === '/uploads' && (count += 1) === 2 && respond(500, json, '{"error": "duplicate"}') }
    },
  }, /returned 500 with .*duplicate/],
  ['uploads', 'PATCH appends', always('upload-part', { status: 204 }), /without the header Upload-Offset/],
  ['uploads', 'another offset gives 409', { proxy: () => ({ request: (it, respond) => it.method === 'PATCH' && Number(it.headers['upload-offset']) % 2 === 1 && respond(204, { 'upload-offset': '15120' }) }) }, /returned 204 instead of 409, though the upload is at 7560/],
  ['uploads', 'the last byte', { proxy: () => ({ response: (_, headers) => { delete headers['attachment-id'] } }) }, /does not have the attachment u-1 of a complete upload/],
  ['uploads', 'HEAD on a complete upload', { proxy: () => ({ response: ({ method }, headers) => { if (method === 'HEAD') delete headers['attachment-id'] } }) }, /returned the attachment u-1 instead of 1/],
  ['uploads', 'after a lost connection', {
    proxy: () => {
      let aborted = false
      return { onAborted: () => { aborted = true }, request: (it, respond) => aborted && it.method === 'HEAD' && respond(404, {}) }
    },
  }, /and a lost connection, HEAD returned 404/],
  ['uploads', 'DELETE discards', always('upload-discard', { status: 204 }), /returned 200 instead of 404 or 410/],

  ['invalid', 'an invalid body', always('video-start', { status: 202, body: '{"queue_id": "q-1"}' }), /returned 202 instead of a status of 4xx, though its body is empty/],
  ['invalid', 'a form without a file', always('upload', { status: 201, body: '{"id": 1, "title": "x"}' }), /though the form has no file/],
  ['invalid', 'odd ids', always('video-status', { status: 500 }), /GET \/video-processing\/status\/a%2Fb returned 500/],
  ['invalid', 'a job that does not exist', always('video-status', { status: 200, body: '{}' }), /has no “status”/],
  ['invalid', 'a path that the API does not have', always('unknown', { status: 200, body: '<html>', content_type: 'text/html' }), /returned 200 with the Content-Type “text\/html” instead of 404/],

  ['cors', 'preflights allow', { proxy: () => ({ response: (_, headers) => { headers['access-control-allow-headers'] &&= 'content-type' } }) }, /preflight of POST \/attachments does not allow the header idempotency-key/],
  ['cors', 'preflights allow', { proxy: () => ({ response: (_, headers) => { delete headers['access-control-allow-origin'] } }) }, /returned no Access-Control-Allow-Origin/],
  ['cors', 'can be read', { proxy: () => ({ response: (_, headers) => { delete headers['access-control-expose-headers'] } }) }, /does not expose the header Retry-After/],
  ['cors', 'resumable uploads', { proxy: () => ({ response: (_, headers) => { headers['access-control-expose-headers'] &&= 'retry-after' } }) }, /OPTIONS \/uploads does not expose the header Tus-Max-Size/],
]

for (const [part, title, { faults, plan, proxy, waitMs }, expected] of WRONG) {
  test(`conformance, ${part}: “${title}” fails with ${expected}`, async (t) => {
    const { base, ...control } = await world(plan)
    if (faults) await control.faults(faults)
    const address = proxy ? await withProxy(t, base, proxy()) : base
    const { results } = await check({ base: address, origin, parts: [part], waitMs, limitMs: 5_000 })
    const failed = failures(results).find((result) => result.title.includes(title))
    assert.ok(failed, JSON.stringify(results))
    assert.match(failed.detail, expected)
  })
}

test('each check of conformance is shown to fail', () => {
  for (const [part, { checks }] of Object.entries(PARTS)) {
    for (const { title } of checks) {
      assert.ok(WRONG.some((wrong) => wrong[0] === part && title.includes(wrong[1])), `${part}: ${title}`)
    }
  }
})

test('what is optional may be absent, unless it is required', async () => {
  const { base } = await world({ batch: false, events: false })
  const parts = ['batches', 'events']
  const { results } = await check({ base, parts })
  assert.deepEqual(results.map(({ outcome }) => outcome), ['unsupported', 'unsupported'])
  const required = await check({ base, parts, require: ['events'] })
  assert.deepEqual(required.results.map(({ outcome }) => outcome), ['unsupported', 'failed'])
})

/** A command of a session, with the indented lines that continue it. */
const COMMAND = /^\$ .*(?:\n {2}.*)*$/gm

const run = (...options) => new Promise((resolve) => {
  execFile('node', ['tests/e2e/conformance/run.mjs', ...options], { cwd: root }, (error, stdout, stderr) =>
    resolve({ code: error?.code ?? 0, stdout, stderr }))
})

test('the command reports in sentences, and its exit code says whether a check has failed', async () => {
  const { base, ...control } = await world()
  const passed = await run(base, '--only', 'attachments')
  assert.equal(passed.code, 0, passed.stdout)
  assert.match(passed.stdout, /✓ GET \/attachments lists both, with their titles/)
  assert.match(passed.stdout, /5 checks passed, 0 failed, 0 were skipped/)
  assert.deepEqual(await control.attachments(), [], 'what it stored was deleted')
  await control.faults({ on: 'list', times: null, fault: { status: 200, body: '{}' } })
  const failed = await run(base, '--only', 'attachments', '--header', 'X-Tenant: blue')
  assert.equal(failed.code, 1)
  assert.match(failed.stdout, /✗ GET \/attachments lists both, with their titles\n +GET \/attachments returned \{\}, where the whole has to be array\./)
  assert.equal((await control.requests()).at(-1).headers['x-tenant'], 'blue')
  for (const [options, message] of [[[], /one URL/], [['/api'], /one URL/], [[base, '--only', 'toasts'], /toasts is no part/], [[base, '--wait', 'long'], /--wait long/], [[base, '--header', 'x'], /NAME: VALUE/]]) {
    const { code, stderr } = await run(...options)
    assert.equal(code, 2)
    assert.match(stderr, message)
  }
})

test('the output of the curl session in docs/http-api.md is what the reference backend returns', async (t) => {
  const path = `${root}/docs/http-api.md`
  const text = await readFile(path, 'utf8')
  const own = await start()
  t.after(() => own.stop())
  const blocks = [...text.matchAll(/^```console\n([^]*?)^```$/gm)]
  assert.ok(blocks.length > 5)
  const commands = blocks.flatMap(([, block]) => block.match(COMMAND).map((command) => command.slice(2)))
  // One shell for all, so that later commands can use variables of earlier ones.
  const script = commands.map((command) => `printf '\\001'\n${command.replaceAll('http://127.0.0.1:8787', own.address)}\n`).join('')
  const { stdout, stderr, status } = spawnSync('bash', ['-e'], { cwd: root, input: script, encoding: 'utf8', timeout: 60_000 })
  assert.equal(status, 0, stderr)
  const outputs = stdout.replaceAll('\r', '').split('\u0001').slice(1)
  assert.equal(outputs.length, commands.length)
  let index = 0
  const actual = text.replace(/^```console\n[^]*?^```$/gm, (block) => {
    const pieces = block.match(COMMAND).map((command) => {
      const output = outputs[index].trim()
      index += 1
      return output === '' ? command : `${command}\n${output}`
    })
    return `\`\`\`console\n${pieces.join('\n')}\n\`\`\``
  })
  // `UPDATE=1` writes what the backend returns.
  if (process.env.UPDATE) await writeFile(path, actual)
  else assert.equal(actual, text)
})

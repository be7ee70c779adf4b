// The connection budget is for HTTP/1.1 only: the same server behind a proxy that speaks HTTP/2.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { createSecureServer } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { backend, browser, eventually, open, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

/** A key and a certificate that no one trusts. */
async function selfSigned() {
  const folder = await mkdtemp(join(tmpdir(), 'http2-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-days', '1', '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', cert]
  try {
    execFileSync('openssl', ['req', ...options], { stdio: 'ignore' })
    return { key: await readFile(key), cert: await readFile(cert) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** An HTTP/2 server that passes every request on to the backend. */
async function proxy(t) {
  const server = createSecureServer(await selfSigned(), (incoming, outgoing) => {
    const headers = Object.entries(incoming.headers).filter(([name]) => !name.startsWith(':'))
    const options = { method: incoming.method, headers: Object.fromEntries(headers) }
    const passed = request(backend.address + incoming.url, options, (response) => {
      const { connection, 'transfer-encoding': encoding, 'keep-alive': alive, ...rest } = response.headers
      outgoing.writeHead(response.statusCode, rest)
      response.pipe(outgoing)
    })
    passed.on('error', () => outgoing.stream?.close())
    outgoing.on('close', () => passed.destroy())
    incoming.pipe(passed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sessions = new Set()
  server.on('session', (session) => sessions.add(session))
  t.after(() => {
    for (const session of sessions) session.destroy()
    server.close()
  })
  return `https://127.0.0.1:${server.address().port}`
}

test('over HTTP/2 uploads take no connection from status requests', async (t) => {
  const address = await proxy(t)
  const world = backend.world()
  await world.plan({ video: { outcome: 'stuck', queued_ms: 0 }, upload_bytes_per_second: 100_000 })
  const page = await open(browser, address, world.query, { ignoreHTTPSErrors: true })
  await page.evaluate(() => {
    for (let number = 0; number < 8; number += 1) backgroundTasks.startVideoProcessingTask(number, 'talk.mp4', `q-${number}`)
  })
  const pending = async (operation) => {
    const requests = await world.requests()
    return requests.filter((it) => it.operation === operation && it.fate === 'pending').length
  }
  await page.evaluate(() => {
    for (let number = 0; number < 3; number += 1) backgroundTasks.upload(new File([new Uint8Array(20e6)], `${number}.bin`))
  })
  await eventually(async () => await pending('upload') === 3)
  await world.faults({ on: 'video-status', times: null, fault: 'stall' })
  // Over HTTP/1.1 the three uploads leave one connection of four.
  await eventually(async () => await pending('video-status') === 4)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

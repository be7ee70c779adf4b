// A stock tus server, @tus/server with @tus/file-store, behind a connection that can fail.

import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect, createServer as createProxy } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { EXPOSED_HEADERS, Server } from '@tus/server'

const listening = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))

/** Starts a server whose uploads are created at `endpoint`. `options` are those of @tus/server. */
export async function startTusServer(options = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'tus-'))
  const tus = new Server({ path: '/files', datastore: new FileStore({ directory: folder }), ...options })
  const requests = []
  const responses = []
  const server = createServer((request, response) => {
    const { method, url, headers } = request
    const entry = { method, url, headers, status: 'none' }
    if (method !== 'OPTIONS' || !headers['access-control-request-method']) requests.push(entry)
    response.on('finish', () => { entry.status = response.statusCode })
    const instead = responses.find((it) => it.method === method && it.times > 0 && it.when(request))
    if (!instead) return tus.handle(request, response)
    instead.times -= 1
    request.resume()
    request.on('end', () => {
      response.writeHead(instead.status, {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Expose-Headers': EXPOSED_HEADERS,
        ...instead.headers,
      }).end(instead.body)
    })
  })
  // Chromium repeats a request on its own if a connection that it reuses is lost.
  server.maxRequestsPerSocket = 1
  const port = await listening(server)
  const network = { cutAfter: Infinity, losesResponse: false, received: 0 }
  const sockets = new Set()
  const proxy = createProxy((client) => {
    const upstream = connect(port, '127.0.0.1')
    const cut = () => { client.destroy(); upstream.destroy() }
    let isPart = false
    let sent = 0
    client.on('data', (bytes) => {
      if (bytes.subarray(0, 6).toString() === 'PATCH ') { isPart = true; sent = 0 }
      if (isPart) { sent += bytes.length; network.received += bytes.length }
      const rest = network.cutAfter - sent
      if (!isPart || rest > 0) return upstream.write(bytes)
      network.cutAfter = Infinity
      // What arrived before the cut is stored.
      upstream.end(bytes.subarray(0, Math.max(0, bytes.length + rest)))
      client.destroy()
    })
    upstream.on('data', (bytes) => {
      if (!isPart || !network.losesResponse) return client.write(bytes)
      network.losesResponse = false
      cut()
    })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', cut)
      socket.on('close', () => { sockets.delete(socket); cut() })
    }
  })
  const address = `http://127.0.0.1:${await listening(proxy)}`
  const uploads = async () => (await readdir(folder)).filter((name) => !name.endsWith('.json'))
  return {
    address,
    endpoint: `${address}/files`,
    /** The requests so far, without preflights. */
    requests,
    /** Bytes of PATCH requests so far, with their headers. */
    received: () => network.received,
    /** Closes the connection after so many bytes of the next PATCH. */
    cutAfter: (bytes) => { network.cutAfter = bytes },
    /** Closes the connection instead of sending the response to the next PATCH. */
    loseResponse: () => { network.losesResponse = true },
    /** Responds with this instead of the server's own response. */
    respond: (method, status, { times = 1, headers = {}, body = '', when = () => true } = {}) =>
      responses.push({ method, status, times, headers, body, when }),
    /** Deletes all uploads, as when they expire. */
    expire: async () => {
      for (const name of await readdir(folder)) await rm(join(folder, name))
    },
    /** The number of partial and complete uploads. */
    count: async () => (await uploads()).length,
    /** Sizes and digests of the stored files. */
    stored: async () => Promise.all((await uploads()).map(async (name) => {
      const bytes = await readFile(join(folder, name))
      return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
    })),
    /** The metadata of the first upload. */
    metadata: async () => {
      const name = (await readdir(folder)).find((name) => name.endsWith('.json'))
      return JSON.parse(await readFile(join(folder, name), 'utf8')).metadata
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
      server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The digest of `size` bytes of the pattern that test pages upload. */
export function digest(size) {
  return createHash('sha256').update(Uint8Array.from({ length: size }, (_, index) => index % 251)).digest('hex')
}

// Object storage with the S3 API: moto, behind a server that checks signatures and can fail, and the app's own
// server that signs.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { presign, refusal } from './sign.mjs'

const MOTO = process.env.MOTO_SERVER ?? fileURLToPath(new URL('../../../target/moto/bin/moto_server', import.meta.url))
/** moto does not check it, but refuses some requests without it. */
const CREDENTIALS = {
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
}
const OPEN = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' }

const listening = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))

async function freePort() {
  const server = createServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

const accepts = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true) })
  socket.on('error', () => resolve(false))
})

async function startMoto() {
  const port = await freePort()
  const child = spawn(MOTO, ['-H', '127.0.0.1', '-p', String(port)], {
    // Without it moto would answer every origin.
    env: { ...process.env, MOTO_DISABLE_GLOBAL_CORS: '1' },
    stdio: 'ignore',
  })
  let problem
  child.on('error', (error) => { problem = error })
  child.on('exit', (code) => { problem ??= new Error(`moto ended with ${code}`) })
  for (const end = Date.now() + 120_000; !(await accepts(port)); await delay(50)) {
    if (problem || Date.now() > end) throw problem ?? new Error('moto does not accept connections')
  }
  return { port, stop: () => child.kill() }
}

const tag = (xml, name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1].replaceAll('&quot;', '"')
const all = (xml, name) => [...xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))].map(([, inner]) => inner)

/** Starts a storage. Each of its buckets is for one test. */
export async function startStorage() {
  const moto = await startMoto()
  const buckets = new Map()
  const upstream = `http://127.0.0.1:${moto.port}`
  /** A request of the server, which has credentials. */
  const own = async (method, path, body) => {
    const response = await fetch(`${upstream}${path}`, {
      method, body, headers: { ...CREDENTIALS, 'content-type': 'application/xml' },
    })
    return { status: response.status, text: await response.text() }
  }
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url, `http://${incoming.headers.host}`)
    const [, first, second] = url.pathname.split('/')
    const bucket = buckets.get(first === 'app' ? second : first)
    if (!bucket) return outgoing.writeHead(404).end()
    if (first === 'app') return bucket.sign(incoming, outgoing, url)
    bucket.store(incoming, outgoing, url)
  })
  const address = `http://127.0.0.1:${await listening(server)}`
  let count = 0

  /** Creates a bucket whose rules allow `origin`. */
  async function bucket(origin) {
    const name = `bucket-${(count += 1)}`
    const cors = (exposes) => own('PUT', `/${name}?cors`, `<CORSConfiguration><CORSRule>
      <AllowedOrigin>${origin}</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader>
      ${exposes ? '<ExposeHeader>ETag</ExposeHeader>' : '<ExposeHeader>x-amz-request-id</ExposeHeader>'}
      </CORSRule></CORSConfiguration>`)
    await own('PUT', `/${name}`)
    await cors(true)
    const requests = []
    const calls = []
    const network = { cut: undefined, holds: () => false, held: [], loses: new Set() }
    const signing = { expired: 0, part: undefined }
    const signed = (path, part = 0) => {
      const isExpired = signing.expired > 0 && signing.part === part
      if (isExpired) signing.expired -= 1
      return presign('PUT', `${address}/${name}/${path}`, isExpired ? { now: Date.now() - 3_600_000 } : {})
    }
    const at = ({ key, uploadId }) => `/${name}/${key}?uploadId=${encodeURIComponent(uploadId)}`
    const found = ({ status, text }) => {
      if (status >= 300) throw { status, message: tag(text, 'Message') }
      return text
    }
    const functions = {
      signPut: ({ key }) => ({ url: signed(key), id: key }),
      createMultipart: async ({ key }) => {
        const text = found(await own('POST', `/${name}/${key}?uploads`))
        return { key, uploadId: tag(text, 'UploadId') }
      },
      signPart: ({ key, uploadId, partNumber }) =>
        ({ url: signed(`${key}?uploadId=${encodeURIComponent(uploadId)}&partNumber=${partNumber}`, partNumber) }),
      listParts: async (upload) => all(found(await own('GET', at(upload))), 'Part').map((part) => ({
        PartNumber: Number(tag(part, 'PartNumber')), ETag: tag(part, 'ETag'), Size: Number(tag(part, 'Size')),
      })),
      completeMultipart: async ({ key, uploadId, parts }) => {
        // After a response that was lost there is no upload, but the object.
        if (!parts.length) found(await own('HEAD', `/${name}/${key}`))
        else {
          const list = parts.map(({ PartNumber, ETag }) => `<Part><PartNumber>${PartNumber}</PartNumber><ETag>${ETag}</ETag></Part>`)
          found(await own('POST', at({ key, uploadId }), `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`))
        }
        return { id: key }
      },
      abortMultipart: async (upload) => { found(await own('DELETE', at(upload))) },
    }

    const partial = async () => all((await own('GET', `/${name}?uploads`)).text, 'Upload')
      .map((upload) => ({ key: tag(upload, 'Key'), uploadId: tag(upload, 'UploadId') }))

    /** Answers a function of the page. */
    async function sign(incoming, outgoing, url) {
      if (incoming.method === 'OPTIONS') return outgoing.writeHead(204, OPEN).end()
      const call = url.pathname.split('/').pop()
      const chunks = []
      for await (const chunk of incoming) chunks.push(chunk)
      calls.push(call)
      let status = 200
      let body
      try {
        body = (await functions[call](JSON.parse(Buffer.concat(chunks)))) ?? {}
      } catch (problem) {
        status = problem.status ?? 500
        body = { message: problem.message }
      }
      if (network.loses.delete(call)) return incoming.socket.destroy()
      outgoing.writeHead(status, { ...OPEN, 'content-type': 'application/json' }).end(JSON.stringify(body))
    }

    /** Passes a request of the page on. */
    function store(incoming, outgoing, url) {
      const { method, headers } = incoming
      const entry = { method, part: Number(url.searchParams.get('partNumber')), status: 'none', received: 0 }
      const { 'access-control-request-method': preflight } = headers
      if (!preflight) requests.push(entry)
      const refused = preflight ? undefined : refusal(method, url, headers)
      const isCut = !preflight && network.cut?.part === entry.part
      const { pathname, searchParams } = url
      for (const parameter of [...searchParams.keys()]) if (parameter.startsWith('X-Amz-')) searchParams.delete(parameter)
      const respond = (status, responseHeaders, body) => {
        entry.status = status
        outgoing.writeHead(status, responseHeaders).end(body)
      }
      if (refused) {
        incoming.resume()
        incoming.on('end', () => respond(403, { 'Access-Control-Allow-Origin': origin, 'content-type': 'application/xml' },
          `<?xml version="1.0"?><Error><Code>${refused.code}</Code><Message>${refused.message}</Message></Error>`))
        return
      }
      const pass = () => {
        const passed = request(`${upstream}${pathname}${url.search}`, { method, headers: preflight ? headers : { ...headers, ...CREDENTIALS } }, (answer) => {
          const chunks = []
          answer.on('data', (chunk) => chunks.push(chunk))
          answer.on('end', () => respond(answer.statusCode, answer.headers, Buffer.concat(chunks)))
        })
        passed.on('error', () => outgoing.destroy())
        incoming.on('data', (chunk) => {
          entry.received += chunk.length
          if (!isCut || entry.received < network.cut?.bytes) return passed.write(chunk)
          network.cut = undefined
          incoming.socket.destroy()
        })
        incoming.on('end', () => passed.end())
        incoming.on('close', () => { if (!incoming.complete) passed.destroy() })
      }
      if (!preflight && network.holds(entry)) network.held.push(pass)
      else pass()
    }

    const self = {
      name,
      /** Where the page's functions ask. */
      app: `${address}/app/${name}`,
      /** The requests to the storage so far, without preflights. */
      requests,
      /** The numbers of the parts that the storage has received whole, in order. */
      parts: () => requests.filter(({ part, status }) => part && status === 200).map(({ part }) => part),
      /** The functions that were called so far. */
      calls,
      /** Closes the connection once, after so many bytes of a part. */
      cut: (part, bytes) => { network.cut = { part, bytes } },
      /** Reads nothing of this part, or 0 for a whole file; undefined for none. */
      hold: (held) => { network.holds = ({ part }) => part === held },
      isHolding: () => network.held.length > 0,
      /** Reads what was held. */
      release: () => network.held.splice(0).forEach((pass) => pass()),
      /** Closes the connection instead of sending the result of the next call of this function. */
      lose: (call) => network.loses.add(call),
      /** The next signatures for this part have expired. */
      expire: (times, part) => Object.assign(signing, { expired: times, part }),
      exposeETag: cors,
      /** Sizes and digests of the stored objects, by key. */
      stored: async () => {
        const keys = all((await own('GET', `/${name}`)).text, 'Key')
        return Promise.all(keys.map(async (key) => {
          const object = await fetch(`${upstream}/${name}/${key}`, { headers: CREDENTIALS })
          const bytes = Buffer.from(await object.arrayBuffer())
          return { key, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
        }))
      },
      /** The number of multipart uploads that are not complete. */
      partial: async () => (await partial()).length,
      /** Deletes them, as a rule of the bucket does after some days. */
      abortAll: async () => { for (const upload of await partial()) found(await own('DELETE', at(upload))) },
    }
    buckets.set(name, { sign, store })
    return self
  }

  return {
    bucket,
    stop: () => {
      server.closeAllConnections()
      server.close()
      moto.stop()
    },
  }
}

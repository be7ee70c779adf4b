// Resumable uploads by the tus protocol.

import { setTimeout as delay } from 'node:timers/promises'
import { Failure, Unsupported } from '../outcome.mjs'

const VERSION = { 'tus-resumable': '1.0.0' }
const base64 = (text) => Buffer.from(text).toString('base64')

/** Creates an upload; its response. */
function create(api, title, length, key = api.key()) {
  const metadata = [['filename', 'talk.mp4'], ['filetype', 'video/mp4'], ['title', title]]
  const headers = {
    ...VERSION,
    'idempotency-key': key,
    'upload-length': String(length),
    'upload-metadata': metadata.map(([name, value]) => `${name} ${base64(value)}`).join(','),
  }
  return api.succeeds('POST', '/uploads', { headers })
}

const located = (api, exchange) => new URL(exchange.headers.location, `${api.base}/uploads`).href

const part = (offset) => ({ ...VERSION, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' })

/** Asserts the offset in a response. */
function at(exchange, offset) {
  const reported = Number(exchange.headers['upload-offset'])
  if (reported !== offset) throw new Failure(`${exchange.method} on an upload returned the Upload-Offset ${reported} instead of ${offset}.`)
}

/** The id of the attachment of a complete upload. */
const idOf = (url, exchange) => exchange.headers['attachment-id'] ?? decodeURIComponent(new URL(url).pathname.split('/').filter(Boolean).at(-1))

export const uploads = {
  optional: 'resumable uploads are not implemented: the client uploads a file in one request',
  checks: [
    {
      title: 'OPTIONS /uploads offers tus 1.0.0 with creation and termination',
      async run(api, found) {
        const { status, headers, name } = await api.raw('OPTIONS', '/uploads')
        if (headers['tus-version'] === undefined) throw new Unsupported(`${name} returned ${status} without Tus-Version.`)
        await api.succeeds('OPTIONS', '/uploads')
        const list = (text = '') => text.split(',').map((word) => word.trim())
        if (!list(headers['tus-version']).includes('1.0.0')) throw new Failure(`Tus-Version is ${headers['tus-version']}, without 1.0.0.`)
        for (const extension of ['creation', 'termination']) {
          if (!list(headers['tus-extension']).includes(extension)) throw new Failure(`Tus-Extension is “${headers['tus-extension']}”, without ${extension}.`)
        }
        found.offered = true
      },
    },
    {
      title: 'POST /uploads creates an upload that HEAD finds empty',
      needs: ['offered'],
      async run(api, found) {
        found.title = `Conformance “check” 🎥 ${api.key()}`
        found.key = api.key()
        const created = await create(api, found.title, api.bytes.length, found.key)
        const url = located(api, created)
        at(await api.succeeds('HEAD', url, { headers: VERSION }), 0)
        found.url = url
      },
    },
    {
      title: 'a repeated Idempotency-Key returns the same upload',
      needs: ['url'],
      async run(api, found) {
        const again = located(api, await create(api, found.title, api.bytes.length, found.key))
        if (again !== found.url) api.advice.add('POST /uploads with the same Idempotency-Key created two uploads: after a lost response, an empty one stays until the server expires it.')
      },
    },
    {
      title: 'PATCH appends bytes, and HEAD has their number',
      needs: ['url'],
      async run(api, found) {
        const half = Math.floor(api.bytes.length / 2)
        at(await api.succeeds('PATCH', found.url, { headers: part(0), body: api.bytes.subarray(0, half) }), half)
        at(await api.succeeds('HEAD', found.url, { headers: VERSION }), half)
        found.half = half
      },
    },
    {
      title: 'PATCH at another offset gives 409 and changes nothing',
      needs: ['half'],
      async run(api, { url, half }) {
        await api.refused('PATCH', url, { headers: part(half - 1), body: api.bytes.subarray(half - 1), because: `the upload is at ${half}`, statuses: [409] })
        at(await api.succeeds('HEAD', url, { headers: VERSION }), half)
      },
    },
    {
      title: 'the last byte makes it an attachment',
      needs: ['half'],
      async run(api, found) {
        const last = await api.succeeds('PATCH', found.url, { headers: part(found.half), body: api.bytes.subarray(found.half) })
        at(last, api.bytes.length)
        const id = idOf(found.url, last)
        api.created.push(id)
        const listed = (await api.succeeds('GET', '/attachments')).json.find((it) => String(it.id) === id)
        if (!listed) throw new Failure(`GET /attachments does not have the attachment ${id} of a complete upload. If its id is not the last segment of the upload's URL, the last PATCH returns it as Attachment-Id.`)
        if (listed.title !== found.title) throw new Failure(`The title in Upload-Metadata was ${JSON.stringify(found.title)}, and the attachment has ${JSON.stringify(listed.title)}.`)
        found.id = id
      },
    },
    {
      title: 'HEAD on a complete upload has the same attachment, if the response to the last byte was lost',
      needs: ['id'],
      async run(api, found) {
        const exchange = await api.succeeds('HEAD', found.url, { headers: VERSION })
        at(exchange, api.bytes.length)
        if (idOf(found.url, exchange) !== found.id) throw new Failure(`HEAD on a complete upload returned the attachment ${idOf(found.url, exchange)} instead of ${found.id}.`)
      },
    },
    {
      title: 'after a lost connection, the upload continues',
      needs: ['half'],
      async run(api, found) {
        const url = located(api, await create(api, found.title, api.bytes.length))
        await api.interrupt('PATCH', url, part(0), api.bytes, found.half)
        let rest
        let offset
        // The server may notice the end of the connection a little later.
        for (let attempt = 1; attempt <= 20; attempt += 1) {
          const exchange = await api.call('HEAD', url, { headers: VERSION })
          offset = Number(exchange.headers['upload-offset'])
          if (exchange.status !== 423) {
            if (exchange.status !== 200 || !(offset >= 0 && offset <= found.half)) {
              throw new Failure(`After ${found.half} of ${api.bytes.length} bytes and a lost connection, HEAD returned ${exchange.status} with the Upload-Offset ${exchange.headers['upload-offset']}.`)
            }
            rest = await api.call('PATCH', url, { headers: part(offset), body: api.bytes.subarray(offset) })
            if (![409, 423].includes(rest.status)) break
          }
          await delay(250)
        }
        if (rest?.status !== 204) throw new Failure(`After a lost connection, PATCH at the offset of HEAD returned ${rest?.status ?? 'nothing, since HEAD returned 423'}.`)
        at(rest, api.bytes.length)
        if (offset === 0) api.advice.add('The bytes of a PATCH whose connection was lost are not kept: such an upload starts again from the last complete request.')
        api.created.push(idOf(url, rest))
      },
    },
    {
      title: 'DELETE discards an upload',
      needs: ['half'],
      async run(api, found) {
        const url = located(api, await create(api, found.title, api.bytes.length))
        await api.succeeds('DELETE', url, { headers: VERSION })
        await api.refused('HEAD', url, { headers: VERSION, because: 'the upload was discarded', statuses: [404, 410] })
      },
    },
  ],
}

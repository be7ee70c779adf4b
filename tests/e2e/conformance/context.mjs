// What checks use: requests whose responses are compared with docs/openapi.yaml.

import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { interrupt, send, stream } from './http.mjs'
import { Failure } from './outcome.mjs'

/** The server under test, and the settings. */
export class Context {
  /** The ids of attachments to delete at the end. */
  created = []

  constructor(settings) {
    Object.assign(this, settings)
  }

  /** Deletes what the checks have stored, as far as the server allows it. */
  async deleteCreated() {
    for (const id of this.created) {
      await this.raw('DELETE', `/attachments/${encodeURIComponent(String(id))}`).catch(() => {})
    }
  }

  /** A valid request, whose response must be by docs/openapi.yaml. */
  async call(method, path, { headers = {}, body } = {}) {
    const request = this.request(method, path, headers, body)
    const problem = this.openApi.requestProblem({ ...request, path: this.inside(path) })
    if (problem) throw new Error(`a check sends an invalid request: ${problem}`)
    return this.compared(await send(this.base, request, this.limitMs))
  }

  /** As `call`, for a request that must succeed. */
  async succeeds(method, path, options) {
    const exchange = await this.call(method, path, options)
    if (exchange.status < 200 || exchange.status > 299) {
      throw new Failure(`${exchange.name} returned ${exchange.status} with ${exchange.excerpt}.`)
    }
    return exchange
  }

  /** A request that the server must refuse with a status of 4xx. */
  async refused(method, path, { headers = {}, body, because, statuses } = {}) {
    const exchange = await send(this.base, this.request(method, path, headers, body), this.limitMs)
    if (exchange.status < 400 || exchange.status > 499 || (statuses && !statuses.includes(exchange.status))) {
      const expected = statuses ? statuses.join(' or ') : 'a status of 4xx'
      throw new Failure(`${exchange.name} returned ${exchange.status} instead of ${expected}, though ${because}.`)
    }
    return this.compared(exchange)
  }

  /** Sends any request. */
  raw(method, path, headers = {}, body) {
    return send(this.base, this.request(method, path, headers, body), this.limitMs)
  }

  /** Sends the beginning of a body, then closes the connection. */
  interrupt(method, path, headers, body, sent) {
    return interrupt(this.base, { ...this.request(method, path, headers, body), sent })
  }

  stream(path, headers, onText) {
    return stream(this.base, this.request('GET', path, headers), this.limitMs, onText)
  }

  request(method, path, headers, body) {
    const isText = typeof body === 'string'
    return { method, path, headers: { ...this.headers, ...headers }, body: isText ? Buffer.from(body) : body }
  }

  compared(exchange) {
    const { failures, advice } = this.openApi.compare(Object.assign(exchange, { path: this.inside(exchange.path) }))
    for (const sentence of advice) this.advice.add(sentence)
    if (failures.length > 0) throw new Failure(failures.join(' '))
    return exchange
  }

  /** The path below the base. The absolute URL of an upload may be anywhere. */
  inside(path) {
    return /^https?:/.test(path) ? '/uploads/elsewhere' : path
  }

  /** Repeats a request while the server says that the first one is still being processed. */
  async repeat(send) {
    for (let attempt = 1; ; attempt += 1) {
      const exchange = await send()
      if (![409, 425].includes(exchange.status) || attempt === 10) return exchange
      await delay(1_000)
    }
  }

  key() {
    return randomUUID()
  }

  json(value) {
    return { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(value)) }
  }

  /** The body and the header of an upload as a form. */
  form(title, { fileName = 'talk.mp4', type = 'video/mp4', bytes = this.bytes } = {}) {
    const boundary = `conformance-${randomUUID()}`
    const quoted = fileName.replaceAll('"', '%22')
    const part = (text) => Buffer.from(text.replaceAll('\n', '\r\n'))
    const parts = [part(`--${boundary}\nContent-Disposition: form-data; name="title"\n\n`), Buffer.from(title), part('\n')]
    if (bytes) {
      parts.push(part(`--${boundary}\nContent-Disposition: form-data; name="file"; filename="${quoted}"\nContent-Type: ${type}\n\n`), bytes, part('\n'))
    }
    parts.push(part(`--${boundary}--\n`))
    return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body: Buffer.concat(parts) }
  }

  /** Uploads a file that a later part of the checks works on, and returns its attachment. */
  async uploaded(title) {
    const { headers, body } = this.form(title)
    const key = this.key()
    const { json } = await this.succeeds('POST', '/attachments', { headers: { ...headers, 'idempotency-key': key }, body })
    this.created.push(json.id)
    return json
  }

  /** Starts a job and returns the id at which its status is. */
  async started(endpoint, attachmentId, key = this.key()) {
    const { headers, body } = this.json({ attachment_id: attachmentId })
    const started = await this.repeat(() => this.call('POST', `/${endpoint}/start`, { headers: { ...headers, 'idempotency-key': key }, body }))
    if (started.status < 200 || started.status > 299) {
      throw new Failure(`${started.name} returned ${started.status} with ${started.excerpt}.`)
    }
    return String(endpoint === 'embeddings' ? attachmentId : started.json.queue_id)
  }

  /** Requests the status of a job until `isEnough` accepts it; the statuses. */
  async follow(endpoint, id, isEnough = isFinal) {
    const path = `/${endpoint}/status/${encodeURIComponent(id)}`
    const end = Date.now() + this.waitMs
    const statuses = []
    let lastBody
    while (Date.now() < end) {
      const exchange = await this.succeeds('GET', path)
      statuses.push(exchange.json)
      lastBody = exchange.excerpt
      if (isEnough(exchange.json)) return statuses
      await delay(Math.min(1_000, 50 * statuses.length))
    }
    throw new Failure(`After ${this.waitMs / 1000} s, GET ${path} still returned ${lastBody}. Use --wait SECONDS if the server takes longer.`)
  }
}

/** What a status value means. */
export function meaning({ status }) {
  const word = status.trim().toLowerCase()
  if (['queued', 'pending', 'waiting'].includes(word)) return 'queued'
  if (['processing', 'running', 'in_progress', 'active'].includes(word)) return 'running'
  if (['failed', 'error'].includes(word)) return 'failed'
  if (['cancelled', 'canceled'].includes(word)) return 'cancelled'
  return 'succeeded'
}

/** Whether a status is the last one of a job. */
export const isFinal = (status) => !['queued', 'running'].includes(meaning(status))

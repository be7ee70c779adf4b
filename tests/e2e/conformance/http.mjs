// HTTP requests to the server under test, without a browser's restrictions.

import http from 'node:http'
import https from 'node:https'
import { Failure } from './outcome.mjs'

/** A response, and the request that it is for. */
export class Exchange {
  constructor(request, status, headers, body) {
    Object.assign(this, { ...request, status, headers, body })
  }

  /** The request as a reader writes it. */
  get name() {
    return `${this.method} ${this.path}`
  }

  get mediaType() {
    return (this.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase()
  }

  /** The body as JSON, which may begin with a byte order mark; undefined if it is none. */
  get json() {
    try {
      return JSON.parse(this.body.toString('utf8').replace(/^\uFEFF/, ''))
    } catch {
      return undefined
    }
  }

  /** The beginning of the body, for a report. */
  get excerpt() {
    const text = this.body.toString('utf8').trim().replace(/\s+/g, ' ')
    return text === '' ? 'an empty body' : text.length > 160 ? `${text.slice(0, 160)}…` : text
  }
}

/**
 * Opens a request. `path` is below `base` unless it is an absolute URL. `sent` ends the connection
 * after so many bytes of the body.
 */
function open(base, { method, path, headers = {}, body, sent }) {
  const url = new URL(/^https?:/.test(path) ? path : base + path)
  const { request } = url.protocol === 'https:' ? https : http
  const length = body === undefined && !['POST', 'PATCH'].includes(method) ? {} : { 'content-length': body?.length ?? 0 }
  const opened = request(url, { method, headers: { accept: 'application/json', ...length, ...headers }, agent: false })
  if (sent === undefined) opened.end(body)
  else opened.write(body.subarray(0, sent), () => setTimeout(() => opened.destroy(), 200))
  return opened
}

const unreachable = ({ method, path }, error) => new Failure(`${method} ${path} had no response: ${error.message || error.code}`)

/** Sends a request and reads the response. */
export function send(base, request, limitMs) {
  return new Promise((resolve, reject) => {
    const opened = open(base, request)
    const timer = setTimeout(() => opened.destroy(new Error(`none within ${limitMs / 1000} s`)), limitMs)
    opened.on('error', (error) => { clearTimeout(timer); reject(unreachable(request, error)) })
    opened.on('response', async (response) => {
      const chunks = []
      try {
        for await (const chunk of response) chunks.push(chunk)
        resolve(new Exchange(request, response.statusCode, response.headers, Buffer.concat(chunks)))
      } catch (error) {
        reject(unreachable(request, error))
      } finally {
        clearTimeout(timer)
      }
    })
  })
}

/** Sends the beginning of a request's body, then closes the connection. */
export function interrupt(base, request) {
  return new Promise((resolve) => {
    const opened = open(base, request)
    opened.on('error', () => {})
    opened.on('response', (response) => response.resume())
    opened.on('close', resolve)
  })
}

/** Opens a stream, and calls `onText` with each part of it until `close` of the result is called. */
export function stream(base, request, limitMs, onText) {
  return new Promise((resolve, reject) => {
    const opened = open(base, request)
    const timer = setTimeout(() => opened.destroy(new Error(`none within ${limitMs / 1000} s`)), limitMs)
    opened.on('error', (error) => { clearTimeout(timer); reject(unreachable(request, error)) })
    opened.on('response', (response) => {
      clearTimeout(timer)
      response.setEncoding('utf8')
      response.on('data', onText)
      response.on('error', () => {})
      resolve({
        exchange: new Exchange(request, response.statusCode, response.headers, Buffer.alloc(0)),
        close: () => opened.destroy(),
      })
    })
  })
}

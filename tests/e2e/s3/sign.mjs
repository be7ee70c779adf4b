// Presigned URLs by AWS Signature Version 4, and whether a request has a valid one.

import { createHash, createHmac } from 'node:crypto'

const REGION = 'us-east-1'
const SECRET = 'a secret of the test'

const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const escaped = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

function signature(method, url, headers) {
  const date = url.searchParams.get('X-Amz-Date')
  const scope = `${date.slice(0, 8)}/${REGION}/s3/aws4_request`
  const names = url.searchParams.get('X-Amz-SignedHeaders').split(';')
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(escaped).join('=')).sort().join('&')
  const canonical = [
    method, url.pathname, query, ...names.map((name) => `${name}:${headers[name]}`), '', names.join(';'), 'UNSIGNED-PAYLOAD',
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = [date.slice(0, 8), REGION, 's3', 'aws4_request'].reduce(hmac, `AWS4${SECRET}`)
  return hmac(key, text).toString('hex')
}

/** A URL that is valid for some seconds from `now`. */
export function presign(method, address, { now = Date.now(), seconds = 60 } = {}) {
  const url = new URL(address)
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  for (const [name, value] of Object.entries({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `test/${date.slice(0, 8)}/${REGION}/s3/aws4_request`,
    'X-Amz-Date': date,
    'X-Amz-Expires': String(seconds),
    'X-Amz-SignedHeaders': 'host',
  })) url.searchParams.set(name, value)
  url.searchParams.set('X-Amz-Signature', signature(method, url, { host: url.host }))
  return url.href
}

/** Why a request is refused, as by S3; undefined if it is not. */
export function refusal(method, url, headers) {
  const signed = url.searchParams.get('X-Amz-Signature')
  if (!signed) return { code: 'AccessDenied', message: 'Access Denied' }
  if (signed !== signature(method, url, headers)) return { code: 'SignatureDoesNotMatch', message: 'The signature does not match' }
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(url.searchParams.get('X-Amz-Date'))
  const begin = Date.UTC(parts[0], parts[1] - 1, ...parts.slice(2))
  const end = begin + Number(url.searchParams.get('X-Amz-Expires')) * 1000
  return end < Date.now() ? { code: 'AccessDenied', message: 'Request has expired' } : undefined
}

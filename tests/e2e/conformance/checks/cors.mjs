// What a page of another origin may send and read.

import { Failure, Unsupported } from '../outcome.mjs'

const list = (text = '') => text.toLowerCase().split(',').map((word) => word.trim()).filter(Boolean)

/** Asserts that a response is readable by the page. */
function readable(api, { headers, name }) {
  const allowed = headers['access-control-allow-origin']
  if (allowed !== api.origin && allowed !== '*') {
    throw new Failure(`${name} with the Origin ${api.origin} returned ${allowed === undefined ? 'no Access-Control-Allow-Origin' : `Access-Control-Allow-Origin: ${allowed}`}.`)
  }
}

/** Asserts that a preflight allows a request. */
async function allows(api, method, path, requested) {
  const preflight = await api.raw('OPTIONS', path, {
    origin: api.origin,
    'access-control-request-method': method,
    'access-control-request-headers': requested.join(','),
  })
  if (preflight.status < 200 || preflight.status > 299) throw new Failure(`The preflight of ${method} ${path} returned ${preflight.status}.`)
  readable(api, preflight)
  const methods = list(preflight.headers['access-control-allow-methods'])
  const isSimple = ['GET', 'HEAD', 'POST'].includes(method)
  if (!isSimple && !methods.includes(method.toLowerCase()) && !methods.includes('*')) {
    throw new Failure(`The preflight of ${method} ${path} allows the methods “${methods.join(', ')}”, without ${method}.`)
  }
  const headers = list(preflight.headers['access-control-allow-headers'])
  for (const name of requested) {
    if (!headers.includes(name) && (name === 'authorization' || !headers.includes('*'))) {
      throw new Failure(`The preflight of ${method} ${path} does not allow the header ${name}.`)
    }
  }
}

/** Asserts that a response exposes headers to the page. */
function exposes({ headers, name }, wanted) {
  const exposed = list(headers['access-control-expose-headers'])
  for (const header of wanted) {
    if (!exposed.includes(header.toLowerCase()) && !exposed.includes('*')) {
      throw new Failure(`${name} does not expose the header ${header}: a page of another origin cannot read it. Add it to Access-Control-Expose-Headers.`)
    }
  }
}

export const cors = {
  optional: 'CORS is not checked: use --origin URL for the origin of the page, if it is not that of the API',
  checks: [
    {
      title: 'preflights allow what the client sends',
      async run(api, found) {
        if (!api.origin) throw new Unsupported('')
        const own = Object.keys(api.headers).map((name) => name.toLowerCase())
        await allows(api, 'POST', '/attachments', ['idempotency-key', ...own])
        await allows(api, 'DELETE', '/attachments/1', own)
        await allows(api, 'POST', '/video-processing/start', ['content-type', 'idempotency-key', ...own])
        await allows(api, 'GET', '/video-processing/status/1', own)
        found.checked = true
      },
    },
    {
      title: 'responses can be read, errors and Retry-After included',
      needs: ['checked'],
      async run(api) {
        const { origin } = api
        const list = await api.raw('GET', '/attachments', { origin })
        readable(api, list)
        exposes(list, ['Retry-After'])
        readable(api, await api.raw('POST', '/video-processing/start', { origin, 'content-type': 'application/json' }, '{}'))
      },
    },
    {
      title: 'resumable uploads: preflights, and the headers of tus are exposed',
      needs: ['checked'],
      async run(api) {
        const { origin } = api
        const options = await api.raw('OPTIONS', '/uploads', { origin })
        if (options.headers['tus-version'] === undefined) return
        readable(api, options)
        const own = Object.keys(api.headers).map((name) => name.toLowerCase())
        await allows(api, 'POST', '/uploads', ['tus-resumable', 'upload-length', 'upload-metadata', 'idempotency-key', ...own])
        await allows(api, 'HEAD', '/uploads/1', ['tus-resumable', ...own])
        await allows(api, 'PATCH', '/uploads/1', ['tus-resumable', 'upload-offset', 'content-type', ...own])
        await allows(api, 'DELETE', '/uploads/1', ['tus-resumable', ...own])
        exposes(options, ['Tus-Max-Size'])
        const head = await api.raw('HEAD', `/uploads/${api.key()}`, { origin, 'tus-resumable': '1.0.0' })
        readable(api, head)
        exposes(head, ['Location', 'Upload-Offset', 'Upload-Length', 'Attachment-Id'])
      },
    },
  ],
}

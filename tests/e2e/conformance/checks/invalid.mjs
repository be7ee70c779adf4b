// Requests that a server must refuse: with a status of 4xx, so that the client does not repeat them.

import { Failure } from '../outcome.mjs'

/** Ids that no server has. */
const ODD_IDS = ['a/b', '%', 'é😀', `'"<b>`, 'null', '-1', '1e3', '../attachments', 'x'.repeat(300)]

/** Bodies of a start request that are not by the API. */
const ODD_STARTS = ['', '{', '[]', '"7"', '{}', '{"attachment_id":null}', '{"attachment_id":{}}', '{"attachment_id":[7]}', '{"attachment_id":-1}', '{"attachment_id":1.5}', '{"attachment_id":true}']

export const invalid = {
  checks: [
    {
      title: 'a start with an invalid body is refused',
      async run(api) {
        for (const endpoint of ['video-processing', 'embeddings']) {
          for (const body of ODD_STARTS) {
            const headers = { 'content-type': 'application/json', 'idempotency-key': api.key() }
            await api.refused('POST', `/${endpoint}/start`, { headers, body, because: `its body is ${body === '' ? 'empty' : body}` })
          }
        }
      },
    },
    {
      title: 'a form without a file is refused',
      async run(api) {
        const { headers, body } = api.form('No file', { bytes: null })
        await api.refused('POST', '/attachments', { headers: { ...headers, 'idempotency-key': api.key() }, body, because: 'the form has no file' })
      },
    },
    {
      title: 'odd ids are handled: no request about them has a status of 5xx',
      async run(api) {
        for (const id of ODD_IDS.map(encodeURIComponent)) {
          for (const [method, path] of [
            ['GET', `/video-processing/status/${id}`], ['POST', `/video-processing/cancel/${id}`],
            ['GET', `/embeddings/status/${id}`], ['DELETE', `/attachments/${id}`],
          ]) {
            const { status, name } = await api.call(method, path)
            if (status >= 500) throw new Failure(`${name} returned ${status}.`)
          }
        }
      },
    },
    {
      title: 'the status of a job that does not exist is refused',
      async run(api) {
        const exchange = await api.call('GET', `/video-processing/status/${encodeURIComponent(`unknown-${api.key()}`)}`)
        if (exchange.status < 300) api.advice.add(`${exchange.name}, a job that does not exist, returned ${exchange.status} with ${exchange.excerpt}: 404 would say sooner that it is lost.`)
      },
    },
    {
      title: 'a path that the API does not have gives 404',
      async run(api) {
        const { status, mediaType, name } = await api.raw('GET', `/no-such-path-${api.key()}`)
        if (status !== 404) throw new Failure(`${name} returned ${status} with the Content-Type “${mediaType}” instead of 404. A page instead of an error hides a wrong URL.`)
      },
    },
  ],
}

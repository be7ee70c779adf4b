// `GET /events`: statuses as server-sent events.

import { setTimeout as delay } from 'node:timers/promises'
import { isFinal } from '../context.mjs'
import { Failure, Unsupported } from '../outcome.mjs'

/** Splits a stream into events; comments and incomplete events are left out. */
export function parseEvents(text) {
  return text.replace(/\r\n?/g, '\n').split('\n\n').slice(0, -1).flatMap((block) => {
    const fields = block.split('\n').filter((line) => !line.startsWith(':') && line !== '').map((line) => line.match(/^([^:]*):? ?(.*)$/).slice(1))
    const all = (name) => fields.filter(([field]) => field === name).map(([, value]) => value)
    return all('data').length > 0 ? [{ name: all('event').at(-1) ?? 'message', data: all('data').join('\n') }] : []
  })
}

export const events = {
  optional: 'GET /events is not implemented: the client polls',
  checks: [
    {
      title: 'GET /events reports a job from its start to its end',
      async run(api) {
        const attachment = await api.uploaded(`Conformance check ${api.key()}`)
        let text = ''
        const { exchange, close } = await api.stream('/events', { accept: 'text/event-stream' }, (part) => { text += part })
        try {
          const { status, mediaType } = exchange
          if (status < 200 || status > 299 || mediaType === 'text/html') throw new Unsupported(`GET /events returned ${status} with the Content-Type “${mediaType}”.`)
          if (status !== 200 || mediaType !== 'text/event-stream') throw new Failure(`GET /events returned ${status} with the Content-Type “${mediaType}” instead of 200 with text/event-stream.`)
          api.compared(exchange)
          const job = await api.started('video-processing', attachment.id)
          const end = Date.now() + api.waitMs
          let seen = []
          while (!seen.some(isFinal)) {
            if (Date.now() > end) throw new Failure(`After ${api.waitMs / 1000} s, GET /events has reported ${seen.length === 0 ? 'nothing about' : `${JSON.stringify(seen.at(-1))} but not the end of`} the job ${job}, which was started while the stream was open.`)
            await delay(50)
            seen = parseEvents(text).filter(({ name }) => name === 'video-processing').map(({ data }) => read(api, data)[job]).filter(Boolean)
          }
        } finally {
          close()
        }
      },
    },
  ],
}

/** The statuses in an event. */
function read(api, data) {
  let statuses
  try {
    statuses = JSON.parse(data)
  } catch {
    throw new Failure(`GET /events sent an event whose data is no JSON: ${data.slice(0, 160)}`)
  }
  const { schema } = api.openApi.resolve({ $ref: '#/components/responses/Statuses' }).content['application/json']
  const problem = api.openApi.problem(schema, statuses)
  if (problem) throw new Failure(`GET /events sent ${data.slice(0, 160)}, where ${problem}.`)
  return statuses
}

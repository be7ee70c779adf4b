// Start, status and cancel of video processing and embeddings.

import { isFinal, meaning } from '../context.mjs'
import { Failure } from '../outcome.mjs'

/** The path of a request about a job. */
const path = (endpoint, action, id) => `/${endpoint}/${action}/${encodeURIComponent(id)}`

/** The end of a job, which must be a success. */
async function success(api, endpoint, id) {
  const statuses = await api.follow(endpoint, id)
  const last = statuses.at(-1)
  if (meaning(last) !== 'succeeded') {
    throw new Failure(`${path(endpoint, 'status', id)} ended with ${JSON.stringify(last)}. Use --file FILE for a video that the server can process.`)
  }
  const progress = statuses.map((it) => Number(it.progress ?? NaN)).filter((it) => !Number.isNaN(it))
  if (progress.some((value, index) => value < progress[index - 1])) {
    api.advice.add(`The progress of a job decreased (${progress.join(', ')}): the page keeps showing the highest value.`)
  }
  return statuses
}

export const jobs = {
  checks: [
    {
      title: 'POST /video-processing/start returns a queue_id',
      async run(api, found) {
        const attachment = await api.uploaded(`Conformance check ${api.key()}`)
        found.key = api.key()
        found.queueId = await api.started('video-processing', attachment.id, found.key)
        found.attachmentId = attachment.id
      },
    },
    {
      title: 'a repeated Idempotency-Key returns the same queue_id',
      needs: ['queueId'],
      async run(api, found) {
        const again = await api.started('video-processing', found.attachmentId, found.key)
        if (again !== found.queueId) {
          throw new Failure(`POST /video-processing/start with the same Idempotency-Key started two jobs, ${found.queueId} and ${again}. A client that has lost the first response repeats the request.`)
        }
      },
    },
    {
      title: 'GET /video-processing/status/{queue_id} returns statuses until the job has succeeded',
      needs: ['queueId'],
      async run(api, found) {
        found.ended = (await success(api, 'video-processing', found.queueId)).at(-1)
      },
    },
    {
      title: 'a job that has ended keeps its status, also after a cancellation that comes too late',
      needs: ['ended'],
      async run(api, found) {
        const late = await api.call('POST', path('video-processing', 'cancel', found.queueId))
        if (late.status >= 500) throw new Failure(`${late.name} returned ${late.status} for a job that has ended.`)
        const now = (await api.succeeds('GET', path('video-processing', 'status', found.queueId))).json
        if (meaning(now) !== meaning(found.ended)) throw new Failure(`The job ${found.queueId} was ${found.ended.status} and is now ${now.status}.`)
      },
    },
    {
      title: 'ids in a path are percent-decoded',
      needs: ['ended'],
      async run(api, found) {
        const encoded = [...Buffer.from(found.queueId)].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')
        const status = await api.call('GET', `/video-processing/status/${encoded}`)
        if (status.status !== 200 || meaning(status.json) !== meaning(found.ended)) {
          throw new Failure(`${status.name}, where every byte of the queue_id ${found.queueId} is encoded, returned ${status.status} with ${status.excerpt}.`)
        }
      },
    },
    {
      title: 'a new Idempotency-Key starts the job again, as Retry does',
      needs: ['ended'],
      async run(api, found) {
        found.second = await api.started('video-processing', found.attachmentId)
        await api.follow('video-processing', found.second, () => true)
      },
    },
    {
      title: 'POST /video-processing/cancel/{queue_id} cancels a job',
      needs: ['second'],
      async run(api, found) {
        const cancelled = await api.succeeds('POST', path('video-processing', 'cancel', found.second))
        const last = (await api.follow('video-processing', found.second)).at(-1)
        if (meaning(last) === 'succeeded') {
          api.advice.add('A job that was cancelled right after its start ended as succeeded: it may have been too fast, or cancelling has no effect.')
        } else if (meaning(last) !== 'cancelled') {
          throw new Failure(`After ${cancelled.name}, the job ended with ${JSON.stringify(last)} instead of cancelled.`)
        }
      },
    },
    {
      title: 'POST /embeddings/start starts embeddings, and their status is found by attachment id',
      needs: ['attachmentId'],
      async run(api, found) {
        await api.started('embeddings', found.attachmentId)
        found.embedded = (await success(api, 'embeddings', String(found.attachmentId))).at(-1)
      },
    },
    {
      title: 'an attachment id is accepted as a number and as a string of its digits',
      needs: ['embedded'],
      async run(api, { attachmentId }) {
        if (!/^(0|[1-9]\d{0,14})$/.test(String(attachmentId))) return
        const other = typeof attachmentId === 'number' ? String(attachmentId) : Number(attachmentId)
        await api.started('embeddings', other)
        await api.follow('embeddings', String(attachmentId), isFinal)
      },
    },
    {
      title: 'a start for an attachment that was deleted is refused',
      needs: ['attachmentId'],
      async run(api) {
        const attachment = await api.uploaded(`Conformance check ${api.key()}`)
        await api.succeeds('DELETE', `/attachments/${encodeURIComponent(String(attachment.id))}`)
        for (const endpoint of ['video-processing', 'embeddings']) {
          const { headers, body } = api.json({ attachment_id: attachment.id })
          const because = `attachment ${attachment.id} was deleted`
          await api.refused('POST', `/${endpoint}/start`, { headers: { ...headers, 'idempotency-key': api.key() }, body, because })
        }
      },
    },
  ],
}

// `?ids=`: the statuses of several jobs in one response.

import { Failure, Unsupported } from '../outcome.mjs'

const query = (ids) => `/video-processing/status?ids=${ids.map(encodeURIComponent).join(',')}`

/** The statuses of these ids, in which each job of the server must be. */
async function statuses(api, ids, jobs) {
  const { name, json } = await api.succeeds('GET', query(ids))
  for (const job of jobs) {
    if (json[job] == null) throw new Failure(`${name} returned no status of ${job}.`)
  }
  return json
}

export const batches = {
  optional: 'GET …/status?ids= is not implemented: the client requests the status of each job separately',
  checks: [
    {
      title: 'GET /video-processing/status?ids= returns the statuses of several jobs',
      async run(api, found) {
        const attachment = await api.uploaded(`Conformance check ${api.key()}`)
        const jobs = [await api.started('video-processing', attachment.id), await api.started('video-processing', attachment.id)]
        // Whatever a client takes for “not supported”.
        const { status, json, name } = await api.raw('GET', query(jobs))
        if (status < 200 || status > 299 || json === undefined) throw new Unsupported(`${name} returned ${status}.`)
        await statuses(api, jobs, jobs)
        found.jobs = jobs
        found.attachmentId = attachment.id
      },
    },
    {
      title: 'GET /embeddings/status?ids= does so for embeddings',
      needs: ['attachmentId'],
      async run(api, { attachmentId }) {
        await api.started('embeddings', attachmentId)
        const { name, json } = await api.succeeds('GET', `/embeddings/status?ids=${encodeURIComponent(String(attachmentId))}`)
        if (json[String(attachmentId)] == null) throw new Failure(`${name} returned no status of ${attachmentId}.`)
      },
    },
    {
      title: 'an unknown id does not hide the others',
      needs: ['jobs'],
      async run(api, { jobs }) {
        await statuses(api, [`unknown-${api.key()}`, ...jobs], jobs)
      },
    },
    {
      title: 'an encoded comma belongs to an id',
      needs: ['jobs'],
      async run(api, { jobs: [job] }) {
        const { name, json } = await api.succeeds('GET', query([`${api.key()},${job}`]))
        if (json[job] != null) throw new Failure(`${name} returned the status of ${job}: it was decoded before it was split at commas.`)
      },
    },
    {
      title: 'a query of 4000 bytes and 100 ids is accepted',
      needs: ['jobs'],
      async run(api, { jobs }) {
        const room = 4_000 - query(jobs).length
        const others = Array.from({ length: 98 }, (_, index) => `unknown-${index}`.padEnd(Math.floor(room / 98) - 1, 'x'))
        await statuses(api, [...jobs, ...others], jobs)
      },
    },
  ],
}

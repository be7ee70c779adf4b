// The outcomes of the backend's jobs in the soak test, by seed: completed, failed or cancelled.

/** The first id of attachments without an upload, beyond the ids that the backend assigns. */
export const FIRST_FOREIGN = 100_000

/** The server's reason for a failed job. It names the job, so that the page's reason can be checked. */
export const refusal = (kind, id) => `The processor refused ${kind} ${id}`

const STATUS_VALUES = [
  {},
  { queued: 'Pending', running: 'In_Progress', completed: 'DONE', failed: 'Error', cancelled: 'canceled' },
  { queued: 'waiting', running: 'ACTIVE', completed: 'succeeded', failed: 'failed', cancelled: 'Cancelled' },
]

function job(chance, kind, id) {
  const outcome = chance.weighed([[78, 'completed'], [15, 'failed'], [7, 'cancelled']])
  // Slow jobs exceed the budget of checks of an embedding, which then needs Retry.
  const running = chance.happens(0.02) ? 14_000 : chance.whole(200, 4_500)
  return {
    outcome,
    queued_ms: chance.whole(0, 800),
    running_ms: running,
    progress: !chance.happens(0.1),
    error: refusal(kind, id),
    words: chance.one(STATUS_VALUES),
  }
}

/** The plan of a world with at most `count` jobs of each kind. */
export function plan(chance, count) {
  const jobs = (kind, ids) => Object.fromEntries(ids.map((id) => [id, job(chance, kind, id)]))
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  return {
    // Jobs that the script names, and jobs that the server starts.
    video_by_id: jobs('video', numbers.flatMap((number) => [`s-${number}`, `q-${number}`])),
    embedding_by_id: jobs('embedding', numbers.flatMap((number) => [`${number}`, `${FIRST_FOREIGN + number}`])),
  }
}

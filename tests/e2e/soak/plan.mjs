// How the backend's jobs go in a soak: by seed some complete, some fail, some are cancelled.

/** Attachments of jobs that no upload made begin here, far from those that the backend numbers. */
export const FIRST_FOREIGN = 100_000

/** Why the server says that a job failed: it names the job, so that a page's word can be checked. */
export const refusal = (kind, id) => `The processor refused ${kind} ${id}`

const WORDS = [
  {},
  { queued: 'Pending', running: 'In_Progress', completed: 'DONE', failed: 'Error', cancelled: 'canceled' },
  { queued: 'waiting', running: 'ACTIVE', completed: 'succeeded', failed: 'failed', cancelled: 'Cancelled' },
]

function job(chance, kind, id) {
  const outcome = chance.weighed([[78, 'completed'], [15, 'failed'], [7, 'cancelled']])
  // The slow ones outlast the budget of checks of an embedding, and ask for Retry.
  const running = chance.happens(0.02) ? 14_000 : chance.whole(200, 4_500)
  return {
    outcome,
    queued_ms: chance.whole(0, 800),
    running_ms: running,
    progress: !chance.happens(0.1),
    error: refusal(kind, id),
    words: chance.one(WORDS),
  }
}

/** The plan of a world with at most so many jobs of each sort. */
export function plan(chance, count) {
  const jobs = (kind, ids) => Object.fromEntries(ids.map((id) => [id, job(chance, kind, id)]))
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  return {
    // Those that are followed under a name of our own, and those that the server starts.
    video_by_id: jobs('video', numbers.flatMap((number) => [`s-${number}`, `q-${number}`])),
    embedding_by_id: jobs('embedding', numbers.flatMap((number) => [`${number}`, `${FIRST_FOREIGN + number}`])),
  }
}

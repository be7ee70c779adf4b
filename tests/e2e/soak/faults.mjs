// The network and server faults of the soak test.

const inSeconds = (seconds) => new Date(Date.now() + seconds * 1_000).toUTCString()
const html = { body: '<!doctype html><title>Log in</title><p>Log in', content_type: 'text/html' }

/** The kinds of faults: their weight, and the requests that they apply to if not to all. */
const KINDS = {
  drop: { weight: 14, make: () => 'drop' },
  stall: { weight: 3, make: () => 'stall', on: 'job requests' },
  delay: { weight: 14, make: (chance) => ({ delay_ms: chance.whole(100, 2_500) }) },
  'delay beyond the timeout': { weight: 2, make: () => ({ delay_ms: 11_000 }), on: 'job requests' },
  503: { weight: 12, make: () => ({ status: 503 }) },
  '503, seconds': { weight: 6, make: (chance) => ({ status: 503, retry_after: `${chance.whole(1, 3)}` }) },
  '503, a date': { weight: 6, make: (chance) => ({ status: 503, retry_after: inSeconds(chance.whole(1, 3)) }) },
  429: { weight: 6, make: () => ({ status: 429, retry_after: '1' }) },
  404: { weight: 6, make: () => ({ status: 404 }) },
  504: { weight: 6, make: () => ({ status: 504, ...html }) },
  401: { weight: 2, make: () => ({ status: 401 }) },
  'a web page': { weight: 10, make: () => html },
  'an unknown status': { weight: 7, make: () => ({ body: '{"status":"paused","progress":99}' }), on: 'checks' },
  'no JSON': { weight: 6, make: () => ({ body: '{"status":"runn' }) },
  'ten megabytes': { weight: 3, make: () => ({ huge_body: 10_000_000 }), on: 'checks' },
}

const CHECKS = [[40, 'video-status'], [30, 'embedding-status']]
const CALLS = [...CHECKS, [10, 'video-start'], [5, 'embedding-start'], [3, 'video-cancel']]
const ALL = [...CALLS, [12, 'upload']]

/** Faults that can also occur after the request was executed, so that only the response is lost. */
const LOSES_RESPONSE = new Set(['drop', 'stall', '504', 'a web page'])

function fault(chance) {
  const kind = chance.weighed(Object.entries(KINDS).map(([name, { weight }]) => [weight, name]))
  const { make, on: where } = KINDS[kind]
  const on = chance.weighed({ checks: CHECKS, 'job requests': CALLS }[where] ?? ALL)
  const after = LOSES_RESPONSE.has(kind) && !on.endsWith('-status') && chance.happens(0.6)
  return { on, when: after ? 'after' : 'before', fault: make(chance) }
}

/** Single faults, each for the next matching request. */
export const faults = (chance, count) => Array.from({ length: count }, () => fault(chance))

/** Enough consecutive faults of one kind to fail the job's task, which then needs Retry. */
export function burst(chance, on, id) {
  const kind = chance.one(['drop', '503', '404', 'a web page', 'an unknown status'])
  return { on, id, times: chance.whole(5, 6), fault: KINDS[kind].make(chance) }
}

/** The kind of a fault in the backend's format. */
export function kindOf(fault) {
  if (typeof fault === 'string') return fault
  if (fault.delay_ms) return fault.delay_ms > 10_000 ? 'delay beyond the timeout' : 'delay'
  if (fault.huge_body) return 'ten megabytes'
  if ((fault.status ?? 200) !== 200) {
    const wait = fault.status === 503 ? fault.retry_after : undefined
    if (wait === undefined) return `${fault.status}`
    return /^\d+$/.test(wait) ? '503, seconds' : '503, a date'
  }
  if (fault.content_type === 'text/html') return 'a web page'
  return fault.body.includes('paused') ? 'an unknown status' : 'no JSON'
}

// The complete request log of a run, which is longer than the log that the backend keeps.

import { grouped } from './grouped.mjs'

export class Requests {
  #world
  #entries = new Map()

  constructor(world) {
    this.#world = world
  }

  /** Collects new requests. Must be called before 10,000 more have arrived. */
  async collect() {
    for (const entry of await this.#world.requests()) this.#entries.set(entry.number, entry)
  }

  all() {
    const entries = [...this.#entries.values()].sort((one, other) => one.number - other.number)
    if (entries.length > 0 && entries.at(-1).number !== entries.length) {
      throw new Error(`only ${entries.length} of ${entries.at(-1).number} requests were collected`)
    }
    return entries
  }
}

/** How long, in milliseconds, the server may continue a request whose page was left. */
const DISCONNECT_DELAY = 20

/** The time, in milliseconds, in which a new page sends its first checks. */
const START_TIME = 1_000

/**
 * Checks that were sent while another of the same job was in flight. A check that its page has
 * aborted (timeout, offline, or the page was left at one of `departures`) does not count, although the
 * server may notice later.
 */
export function doubleChecks(entries, departures) {
  const isLeft = (time) => departures.some((left) => left <= time && time < left + START_TIME)
  const isAnswered = (earlier, time) => earlier.fate === 'answered' &&
    earlier.answered_ms > time + (isLeft(time) ? DISCONNECT_DELAY : 0)
  const byJob = grouped(entries.filter(({ concurrency }) => concurrency !== undefined),
    ({ operation, ids }) => `${operation} ${ids}`)
  return [...byJob.values()].flatMap((checks) => checks.filter((check, index) =>
    check.concurrency > 1 && checks.slice(0, index).some((earlier) => isAnswered(earlier, check.received_ms))))
}

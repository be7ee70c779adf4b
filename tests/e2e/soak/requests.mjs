// The backend's request log over a whole soak, which is longer than what the backend keeps.

import { grouped } from './grouped.mjs'

export class Requests {
  #world
  #entries = new Map()

  constructor(world) {
    this.#world = world
  }

  /** Takes in what came since; to be called before 10,000 more have come. */
  async collect() {
    for (const entry of await this.#world.requests()) this.#entries.set(entry.number, entry)
  }

  all() {
    const entries = [...this.#entries.values()].sort((one, other) => one.number - other.number)
    if (entries.length > 0 && entries.at(-1).number !== entries.length) {
      throw new Error(`of ${entries.at(-1).number} requests ${entries.length} were collected`)
    }
    return entries
  }
}

/** For so many milliseconds a server may go on with a request whose page has just been left. */
const UNHEARD = 20

/** So long after a page is left the next one has sent its first checks. */
const ARRIVAL = 1_000

/**
 * Checks that were sent while another of the same job still waited. One that its page has given up
 * (a time limit, offline, or it was left at one of `departures`) waits no more, though the server
 * may hear of that later.
 */
export function doubleChecks(entries, departures) {
  const isLeft = (time) => departures.some((left) => left <= time && time < left + ARRIVAL)
  const isAnswered = (earlier, time) => earlier.fate === 'answered' &&
    earlier.answered_ms > time + (isLeft(time) ? UNHEARD : 0)
  const byJob = grouped(entries.filter(({ concurrency }) => concurrency !== undefined),
    ({ operation, ids }) => `${operation} ${ids}`)
  return [...byJob.values()].flatMap((checks) => checks.filter((check, index) =>
    check.concurrency > 1 && checks.slice(0, index).some((earlier) => isAnswered(earlier, check.received_ms))))
}

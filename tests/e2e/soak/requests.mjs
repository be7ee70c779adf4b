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

/**
 * Checks that were sent while another of the same job still waited. One that its page has given up
 * (a reload, a time limit, offline) waits no more, though the server may hear of that later.
 */
export function doubleChecks(entries) {
  const byJob = grouped(entries.filter(({ concurrency }) => concurrency !== undefined),
    ({ operation, ids }) => `${operation} ${ids}`)
  return [...byJob.values()].flatMap((checks) => checks.filter((check, index) =>
    check.concurrency > 1 && checks.slice(0, index).some((earlier) =>
      earlier.fate === 'answered' && earlier.answered_ms > check.received_ms)))
}

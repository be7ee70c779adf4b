// The simulated user, who cancels some tasks and presses Retry.

import { isRefused, wantsRetry } from './ledger.mjs'

export class User {
  /** Tasks whose job failed on the server and for which Retry has been decided. */
  #decided = new Set()

  constructor(chance, tabs, ledger) {
    Object.assign(this, { chance, tabs, ledger })
  }

  /** Cancels one of the unfinished tasks. */
  async cancelOne() {
    const unfinished = this.ledger.unfinished()
    if (unfinished.length === 0) return
    const { id, kind } = this.chance.one(unfinished)
    this.ledger.cancelled.add(id)
    this.ledger.note('Cancel is pressed', id)
    await this.#page(kind).evaluate((id) => backgroundTasks.cancel(id), id)
  }

  /** Whether there is a task to retry. */
  hasToRetry() {
    return this.#candidates().length > 0
  }

  /** Retries tasks whose requests failed, and once some of those that failed on the server. */
  async retry() {
    for (const task of this.#candidates()) {
      if (isRefused(task)) {
        this.#decided.add(task.id)
        if (!this.chance.happens(0.4)) continue
        this.#count(this.ledger.restarts, task.id)
      }
      // Otherwise a page that receives the failure late would seem to contradict the retry.
      await this.ledger.until(() => this.ledger.isReportedByAll(task), Date.now() + 15_000)
      this.#count(this.ledger.retries, task.id)
      this.ledger.note('Retry is pressed', task.id)
      await this.#page(task.kind).evaluate((id) => backgroundTasks.retry(id), task.id)
      await this.ledger.until(() => this.ledger.tasks.get(task.id) !== task, Date.now() + 15_000)
    }
  }

  #candidates() {
    return [...this.ledger.tasks.values()].filter((task) => !this.ledger.cleared.has(task.id)
      && (wantsRetry(task) || (isRefused(task) && !this.#decided.has(task.id))))
  }

  /** Uploads belong to the first page; jobs can be controlled by any page. */
  #page(kind) {
    return kind === 'upload' ? this.tabs.main : this.chance.one(this.tabs.all)
  }

  #count(counts, id) {
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
}

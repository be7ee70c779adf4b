// What a person does in a soak besides beginning tasks: gives some up, and presses Retry.

import { isRefused, wantsRetry } from './ledger.mjs'

export class Person {
  /** What was decided about a job that the server failed, by task. */
  #decided = new Set()

  constructor(chance, tabs, ledger) {
    Object.assign(this, { chance, tabs, ledger })
  }

  /** Gives up one of the tasks that go on. */
  async cancelOne() {
    const going = this.ledger.unfinished()
    if (going.length === 0) return
    const { id, kind } = this.chance.one(going)
    this.ledger.cancelled.add(id)
    this.ledger.note('it is cancelled', id)
    await this.#page(kind).evaluate((id) => backgroundTasks.cancel(id), id)
  }

  /** Whether there is something to press Retry on. */
  hasToRetry() {
    return this.#candidates().length > 0
  }

  /** Presses Retry where the wire failed, and on some of the jobs that the server failed, once. */
  async retry() {
    for (const task of this.#candidates()) {
      if (isRefused(task)) {
        this.#decided.add(task.id)
        if (!this.chance.happens(0.4)) continue
        this.#count(this.ledger.restarts, task.id)
      }
      // A page that hears of the end only now would seem to have taken it back.
      await this.ledger.until(() => this.ledger.isSaidByAll(task), Date.now() + 15_000)
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

  /** An upload's file is in the first page; of a job, any page may be asked. */
  #page(kind) {
    return kind === 'upload' ? this.tabs.main : this.chance.one(this.tabs.all)
  }

  #count(counts, id) {
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
}

// The states of tasks that the pages of the soak test have reported, and contradictions among them.

const FINAL_STATES = new Set(['succeeded', 'failed', 'cancelled'])
const INTERRUPTED = /choose the file again/
const REFUSED = /^The processor refused (video|embedding) (\S+)$/

export const hasEnded = (task) => FINAL_STATES.has(task.state)
export const isInterrupted = (task) => task.state === 'failed' && INTERRUPTED.test(task.error)
/** Whether the server itself said that the job failed. */
export const isRefused = (task) => task.state === 'failed' && REFUSED.test(task.error)
/** Whether a user would press Retry: requests failed, or the budget is spent. */
export const wantsRetry = (task) => task.state === 'failed' && !isInterrupted(task) && !isRefused(task)

export class Ledger {
  /** Tasks by id, as the first page reports them, or the second one if the first does not know them. */
  tasks = new Map()
  /** Tasks that the script has started, by id: kind, title and other data. */
  started = new Map()
  cancelled = new Set()
  /** Tasks that a page has removed from its list, which keeps only the last finished ones. */
  cleared = new Set()
  /** Uploads that were in progress when their page was left. */
  interrupted = new Set()
  /** Number of retries by id: all of them, and those after the server reported a failure. */
  retries = new Map()
  restarts = new Map()
  /** When pages were left, in milliseconds since 1970. */
  departures = []
  lost = []
  wrong = []
  changes = 0
  #views = new Map()
  #listeners = new Set()
  /** Events with their time: of a task, or of a page if there is no id. */
  #journal = []
  #begin = Date.now()
  #main
  #plan

  constructor(plan) {
    this.#plan = plan
  }

  /** Sets the first page, whose reports have priority. */
  follow(page) {
    this.#main = page
  }

  /** Adds an event to the journal, which explains findings. */
  note(text, id) {
    this.#journal.push({ at: Date.now() - this.#begin, text, id })
  }

  /** The last events of a task, and those of the pages in the same period. */
  history(id) {
    const own = this.#journal.filter((entry) => entry.id === id).slice(-6)
    const pages = this.#journal.filter((entry) => entry.id === undefined && entry.at >= own[0]?.at)
    const lines = [...own, ...pages.slice(-8)].sort((one, other) => one.at - other.at)
    return lines.map(({ at, text }) => `\n    ${(at / 1_000).toFixed(3)} s  ${text}`).join('')
  }

  /** Records the state of a task that a page reports; `isStored` is that with which a page begins. */
  record(page, task, isStored = false) {
    this.changes += 1
    this.note(`${page === this.#main ? 'the first page' : 'the second page'}: ${task.state} ${task.progress ?? ''} ${task.error ?? ''}`, task.id)
    const views = this.#views.get(page) ?? new Map()
    this.#views.set(page, views)
    const presses = this.retries.get(task.id) ?? 0
    const before = views.get(task.id)
    const sameRun = before?.presses === presses
    const report = `${task.id} ${task.title}: ${task.state} ${task.progress ?? ''} ${task.error ?? ''}`
    if (sameRun && hasEnded(before.task) && before.task.state !== task.state) {
      this.#report(task.id, `a final state changed from ${before.task.state}: ${report}`)
    }
    if (task.progress === 100 && task.state !== 'succeeded') this.#report(task.id, `100 before success: ${report}`)
    const highest = sameRun ? before.highest : -1
    if (task.progress !== null && task.progress < highest) this.#report(task.id, `progress decreased from ${highest}: ${report}`)
    this.#checkReason(task, report)
    // A record is written half a second after a change, so it may be of the run before the last Retry.
    const run = isStored && presses > 0 ? undefined : presses
    views.set(task.id, { task, presses: run, highest: Math.max(highest, task.progress ?? -1) })
    if (page === this.#main || !this.#views.get(this.#main)?.has(task.id)) this.tasks.set(task.id, task)
    for (const listener of this.#listeners) listener()
  }

  /** Records that a page has removed a task from its list. */
  clear(page, task) {
    this.note(`${page === this.#main ? 'the first page' : 'the second page'}: removed from the list`, task.id)
    this.cleared.add(task.id)
    if (!hasEnded(task)) this.#report(task.id, `an unfinished task was removed from the list: ${task.id} ${task.title}: ${task.state}`)
    for (const listener of this.#listeners) listener()
  }

  /** Discards the reports of a closed page. */
  forget(page) {
    this.#views.delete(page)
  }

  /** Whether every page that knows the task has reported this state. */
  isReportedByAll(task) {
    return [...this.#views.values()].every((views) => (views.get(task.id)?.task.state ?? task.state) === task.state)
  }

  unfinished() {
    return [...this.tasks.values()].filter((task) => !hasEnded(task))
  }

  unfinishedUploads() {
    return this.unfinished().filter((task) => task.kind === 'upload')
  }

  /** Waits until `test` holds or the deadline has passed. Resolves with whether it holds. */
  async until(test, deadline) {
    while (!test()) {
      const left = deadline - Date.now()
      if (left <= 0) return false
      await new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          this.#listeners.delete(done)
          resolve()
        }
        const timer = setTimeout(done, left)
        this.#listeners.add(done)
      })
    }
    return true
  }

  #checkReason(task, report) {
    const [, kind, id] = (task.state === 'failed' && REFUSED.exec(task.error)) || []
    if (!kind) return
    const planned = this.#plan[`${kind}_by_id`][id]
    if (kind !== task.kind || planned?.outcome !== 'failed') this.#report(task.id, `the server has not reported this failure: ${report}`)
  }

  #report(id, finding) {
    this.wrong.push(`${finding}${this.history(id)}`)
  }
}

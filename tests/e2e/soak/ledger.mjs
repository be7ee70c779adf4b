// All that the pages of a soak have said of tasks, and what of it cannot be.

const ENDS = new Set(['succeeded', 'failed', 'cancelled'])
const CUT_OFF = /choose the file again/
const REFUSED = /^The processor refused (video|embedding) (\S+)$/

export const hasEnded = (task) => ENDS.has(task.state)
export const isCutOff = (task) => task.state === 'failed' && CUT_OFF.test(task.error)
/** Whether the server itself said that the job failed. */
export const isRefused = (task) => task.state === 'failed' && REFUSED.test(task.error)
/** Whether a person would press Retry: the wire failed, or the budget is spent. */
export const wantsRetry = (task) => task.state === 'failed' && !isCutOff(task) && !isRefused(task)

export class Ledger {
  /** By the task's id: how it is, by the page that is always there or who else knows it. */
  tasks = new Map()
  /** What the script has begun, by id: kind, title, and what belongs to it. */
  started = new Map()
  cancelled = new Set()
  /** Tasks that a page has taken off its list, which keeps the last that ended. */
  cleared = new Set()
  /** Uploads that were under way when their page was left. */
  cutOff = new Set()
  /** Presses of Retry by id: of all, and of those after the server's own word. */
  retries = new Map()
  restarts = new Map()
  /** When pages were left, in milliseconds since 1970. */
  departures = []
  lost = []
  wrong = []
  heard = 0
  #views = new Map()
  #listeners = new Set()
  /** What happened when: to one task, or with no id to a page. */
  #journal = []
  #begin = Date.now()
  #main
  #plan

  constructor(plan) {
    this.#plan = plan
  }

  /** This page's word counts. */
  follow(page) {
    this.#main = page
  }

  /** Notes what happens, so that a finding can be understood. */
  note(text, id) {
    this.#journal.push({ at: Date.now() - this.#begin, text, id })
  }

  /** The last that happened to a task, and meanwhile to the pages. */
  history(id) {
    const own = this.#journal.filter((entry) => entry.id === id).slice(-6)
    const pages = this.#journal.filter((entry) => entry.id === undefined && entry.at >= own[0]?.at)
    const lines = [...own, ...pages.slice(-8)].sort((one, other) => one.at - other.at)
    return lines.map(({ at, text }) => `\n    ${(at / 1_000).toFixed(3)} s  ${text}`).join('')
  }

  /** A page says how a task is. */
  hear(page, task) {
    this.heard += 1
    this.note(`${page === this.#main ? 'the first page' : 'the second page'}: ${task.state} ${task.progress ?? ''} ${task.error ?? ''}`, task.id)
    const views = this.#views.get(page) ?? new Map()
    this.#views.set(page, views)
    const presses = this.retries.get(task.id) ?? 0
    const before = views.get(task.id)
    const sameRun = before?.presses === presses
    const said = `${task.id} ${task.title}: ${task.state} ${task.progress ?? ''} ${task.error ?? ''}`
    if (sameRun && hasEnded(before.task) && before.task.state !== task.state) {
      this.#accuse(task.id, `it had ended as ${before.task.state}, then ${said}`)
    }
    if (task.progress === 100 && task.state !== 'succeeded') this.#accuse(task.id, `100 before success: ${said}`)
    const highest = sameRun ? before.highest : -1
    if (task.progress !== null && task.progress < highest) this.#accuse(task.id, `progress fell from ${highest}: ${said}`)
    this.#checkReason(task, said)
    views.set(task.id, { task, presses, highest: Math.max(highest, task.progress ?? -1) })
    if (page === this.#main || !this.#views.get(this.#main)?.has(task.id)) this.tasks.set(task.id, task)
    for (const listener of this.#listeners) listener()
  }

  /** A page takes a task off its list. */
  clear(page, task) {
    this.note(`${page === this.#main ? 'the first page' : 'the second page'}: taken off the list`, task.id)
    this.cleared.add(task.id)
    if (!hasEnded(task)) this.#accuse(task.id, `it went on, and was taken off the list: ${task.id} ${task.title}: ${task.state}`)
    for (const listener of this.#listeners) listener()
  }

  /** What a page that is closed has said counts no more. */
  forget(page) {
    this.#views.delete(page)
  }

  /** Whether each page that knows the task has said so. */
  isSaidByAll(task) {
    return [...this.#views.values()].every((views) => (views.get(task.id)?.task.state ?? task.state) === task.state)
  }

  unfinished() {
    return [...this.tasks.values()].filter((task) => !hasEnded(task))
  }

  uploadsUnderWay() {
    return this.unfinished().filter((task) => task.kind === 'upload')
  }

  /** Resolves once `test` holds, or when the time is up, and tells whether it holds. */
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

  #checkReason(task, said) {
    const [, kind, id] = (task.state === 'failed' && REFUSED.exec(task.error)) || []
    if (!kind) return
    const planned = this.#plan[`${kind}_by_id`][id]
    if (kind !== task.kind || planned?.outcome !== 'failed') this.#accuse(task.id, `the server did not say so: ${said}`)
  }

  #accuse(id, finding) {
    this.wrong.push(`${finding}${this.history(id)}`)
  }
}

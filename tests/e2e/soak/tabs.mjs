// The pages of the soak test: one for the whole run, and a second one at times.

import { hasEnded, isInterrupted } from './ledger.mjs'

/** Reports all tasks of a page and their changes, as soon as the API exists. */
function reportTasks() {
  let api
  Object.defineProperty(globalThis, 'backgroundTasks', {
    configurable: true,
    get: () => api,
    set(value) {
      api = value
      for (const task of api.tasks()) globalThis.reportTask(task, true)
      api.subscribe(globalThis.reportTask, globalThis.reportCleared)
    },
  })
}

const ready = (page) => page.waitForFunction(() => globalThis.backgroundTasks)
const snapshot = (page) => page.evaluate(() => globalThis.backgroundTasks.tasks())

export class Tabs {
  reloads = 0
  offlines = 0
  seconds = 0
  problems = []
  #address
  #context
  #keepsFiles
  #ledger
  #second

  static async open(browser, address, ledger, keepsFiles) {
    const tabs = new Tabs()
    tabs.#keepsFiles = keepsFiles
    tabs.#address = address
    tabs.#ledger = ledger
    tabs.#context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    await tabs.#context.exposeBinding('reportTask', ({ page }, task, isStored) => ledger.record(page, task, isStored))
    await tabs.#context.exposeBinding('reportCleared', ({ page }, task) => ledger.clear(page, task))
    await tabs.#context.addInitScript(reportTasks)
    tabs.main = await tabs.#page()
    ledger.follow(tabs.main)
    await tabs.#go(tabs.main)
    return tabs
  }

  async #page() {
    const page = await this.#context.newPage()
    const problem = (text) => this.problems.push(text)
    page.on('pageerror', (error) => problem(error.stack ?? error.message))
    page.on('crash', () => problem('the page crashed'))
    page.on('console', (message) => {
      const isResponse = message.text().startsWith('Failed to load resource')
      if (message.type() === 'error' && !isResponse) problem(message.text())
    })
    // The browser asks before a page is left during an upload.
    page.on('dialog', (dialog) => dialog.accept())
    return page
  }

  async #go(page) {
    await page.goto(this.#address)
    await ready(page)
  }

  /** The open pages. */
  get all() {
    return [this.main, this.#second].filter(Boolean)
  }

  get hasSecond() {
    return this.#second !== undefined
  }

  async openSecond() {
    this.seconds += 1
    const page = await this.#page()
    await this.#go(page)
    this.#second = page
    this.#ledger.note('the second page is open')
  }

  async closeSecond() {
    const page = this.#second
    this.#second = undefined
    this.#ledger.note('the second page is closed')
    this.#ledger.departures.push(Date.now())
    await page.close()
    this.#ledger.forget(page)
  }

  /** Reloads a page. Its unfinished tasks must exist afterwards. */
  async reload(page) {
    this.reloads += 1
    const before = (await snapshot(page)).filter((task) => !hasEnded(task))
    if (page === this.main && !this.#keepsFiles) {
      const uploads = before.filter((task) => task.kind === 'upload')
      for (const { id } of uploads) this.#ledger.interrupted.add(id)
    }
    const name = page === this.main ? 'the first page' : 'the second page'
    this.#ledger.note(`${name} is reloaded`)
    this.#ledger.departures.push(Date.now())
    await page.reload()
    await ready(page)
    this.#ledger.note(`${name} is reloaded completely`)
    const after = new Map((await snapshot(page)).map((task) => [task.id, task]))
    for (const { id, title, state } of before) {
      if (!after.has(id)) this.#ledger.lost.push(`${id} ${title} was ${state} before a reload and is missing after it`)
    }
    for (const task of after.values()) {
      if (isInterrupted(task) && !this.#ledger.interrupted.has(task.id)) {
        // Reported once, not after each later reload.
        this.#ledger.interrupted.add(task.id)
        this.#ledger.wrong.push(`${task.id} ${task.title} was not in progress, but the page shows it as interrupted${this.#ledger.history(task.id)}`)
      }
    }
  }

  /** Waits until copies of the files of all uploads are complete: no page would ask before it is left. */
  async keepFiles(deadline) {
    const asksNothing = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
    const timeout = Math.max(1, deadline - Date.now())
    for (const page of this.all) await page.waitForFunction(asksNothing, undefined, { timeout })
  }

  /** Goes offline for a time. */
  async offline(milliseconds) {
    this.offlines += 1
    this.#ledger.note('offline')
    await this.#context.setOffline(true)
    // The duration of the outage, which is not a wait for an event.
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    await this.#context.setOffline(false)
    this.#ledger.note('online')
  }

  /** All tasks of the first page. */
  tasks() {
    return snapshot(this.main)
  }

  close() {
    return this.#context.close()
  }
}

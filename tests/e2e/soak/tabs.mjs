// The pages of a soak: one that is there from first to last, and at times a second one.

import { hasEnded, isCutOff } from './ledger.mjs'

/** Tells every task of this page, and every change, as soon as the API is there. */
function tell() {
  let api
  Object.defineProperty(globalThis, 'backgroundTasks', {
    configurable: true,
    get: () => api,
    set(value) {
      api = value
      for (const task of api.tasks()) globalThis.hearTask(task)
      api.subscribe(globalThis.hearTask, globalThis.hearCleared)
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
  #ledger
  #second

  static async open(browser, address, ledger) {
    const tabs = new Tabs()
    tabs.#address = address
    tabs.#ledger = ledger
    tabs.#context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    await tabs.#context.exposeBinding('hearTask', ({ page }, task) => ledger.hear(page, task))
    await tabs.#context.exposeBinding('hearCleared', ({ page }, task) => ledger.clear(page, task))
    await tabs.#context.addInitScript(tell)
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
      const isAnswer = message.text().startsWith('Failed to load resource')
      if (message.type() === 'error' && !isAnswer) problem(message.text())
    })
    // Asks whether a page with an upload is to be left.
    page.on('dialog', (dialog) => dialog.accept())
    return page
  }

  async #go(page) {
    await page.goto(this.#address)
    await ready(page)
  }

  /** The pages that are open. */
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

  /** Reloads a page. What was unfinished must be there again. */
  async reload(page) {
    this.reloads += 1
    const before = (await snapshot(page)).filter((task) => !hasEnded(task))
    if (page === this.main) {
      const uploads = before.filter((task) => task.kind === 'upload')
      for (const { id } of uploads) this.#ledger.cutOff.add(id)
    }
    const name = page === this.main ? 'the first page' : 'the second page'
    this.#ledger.note(`${name} is reloaded`)
    this.#ledger.departures.push(Date.now())
    await page.reload()
    await ready(page)
    this.#ledger.note(`${name} is there again`)
    const after = new Map((await snapshot(page)).map((task) => [task.id, task]))
    for (const { id, title, state } of before) {
      if (!after.has(id)) this.#ledger.lost.push(`${id} ${title} was ${state} before a reload and is gone after it`)
    }
    for (const task of after.values()) {
      if (isCutOff(task) && !this.#ledger.cutOff.has(task.id)) {
        // Said once, not after every reload to come.
        this.#ledger.cutOff.add(task.id)
        this.#ledger.wrong.push(`${task.id} ${task.title} was not under way, yet the page says that it was cut off${this.#ledger.history(task.id)}`)
      }
    }
  }

  /** No connection for so long. */
  async offline(milliseconds) {
    this.offlines += 1
    this.#ledger.note('offline')
    await this.#context.setOffline(true)
    // How long the connection is gone is the trouble itself, and no wait for anything.
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    await this.#context.setOffline(false)
    this.#ledger.note('online')
  }

  /** All tasks as the page has them at the end. */
  tasks() {
    return snapshot(this.main)
  }

  close() {
    return this.#context.close()
  }
}

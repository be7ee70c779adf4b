// The soak test: hundreds of tasks on the real page while requests, the connection and the page
// itself fail, by seed. At the end every task must match the backend. Run by `cargo xtask soak`.

import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { launch, startBackend } from './support.mjs'
import { chance as chanceOf } from './soak/chance.mjs'
import { burst, faults, kindOf } from './soak/faults.mjs'
import { grouped } from './soak/grouped.mjs'
import { hour } from './soak/hour.mjs'
import { Ledger, isInterrupted } from './soak/ledger.mjs'
import { User } from './soak/user.mjs'
import { FIRST_FOREIGN, plan as planOf } from './soak/plan.mjs'
import { Requests } from './soak/requests.mjs'
import { details, table } from './soak/table.mjs'
import { Tabs } from './soak/tabs.mjs'
import { judge } from './soak/verdict.mjs'
import { startEmbedding, startVideo, upload } from './soak/work.mjs'

/** The short version, which is one of the end-to-end tests. It ends with its tasks; the minutes are a deadline. */
export const SHORT = { tasks: 60, minutes: 8 }

/** The maximum number of unfinished tasks when more are started. */
const MAX_UNFINISHED = 40

class Soak {
  number = 0
  injected = new Map()

  constructor(chance, world, tabs, ledger, { tasks, deadline, secondPage, keepFiles, log }) {
    Object.assign(this, { chance, world, tabs, ledger, tasks, deadline, secondPage, keepFiles, log })
    this.user = new User(chance, tabs, ledger)
    this.requests = new Requests(world)
  }

  async run() {
    for (let wave = 0; this.count() < this.tasks && this.hasTime(); wave += 1) {
      this.log(`wave ${wave + 1}: ${this.count()} tasks so far, ${this.ledger.unfinished().length} unfinished`)
      await this.wave(wave)
    }
    this.log(`waiting for the last ${this.ledger.unfinished().length} tasks`)
    await this.world.forgetFaults()
    if (this.tabs.hasSecond) await this.tabs.closeSecond()
    await this.advance(() => this.ledger.unfinished().length === 0 && !this.user.hasToRetry() && this.hasFollowUps())
    await this.requests.collect()
  }

  /** About twenty tasks, some faults, and events of the pages. */
  async wave(wave) {
    const { chance, tabs } = this
    await this.advance(() => this.ledger.unfinished().length < MAX_UNFINISHED)
    await this.requests.collect()
    await this.world.forgetFaults()
    await this.inject(faults(chance, 14))
    for (let count = chance.whole(8, 12); count > 0; count -= 1) await this.startJob()
    await this.changes(chance.whole(10, 40))
    if (this.secondPage && !tabs.hasSecond && wave % 3 === 1) await tabs.openSecond()
    await this.changes(chance.whole(5, 30))
    if (wave % 4 === 2) await this.reloadDuringUpload()
    else await this.reload(chance.one(tabs.all))
    await this.changes(chance.whole(5, 30))
    await this.user.cancelOne()
    for (let count = chance.whole(2, 4); count > 0; count -= 1) await this.upload()
    await this.inject(faults(chance, 8))
    await this.changes(chance.whole(5, 30))
    if (wave % 2 === 0) await tabs.offline(chance.whole(300, 2_500))
    await this.changes(chance.whole(5, 30))
    if (chance.happens(0.5)) await this.user.cancelOne()
    if (tabs.hasSecond && wave % 3 === 2) await tabs.closeSecond()
  }

  async startJob() {
    const { chance, ledger } = this
    const page = chance.one(this.tabs.all)
    this.number += 1
    const isVideo = chance.happens(0.55)
    // The rule must exist before the first check.
    if (this.number === 2 || chance.happens(0.03)) {
      const id = isVideo ? `s-${this.number}` : `${FIRST_FOREIGN + this.number}`
      await this.inject([burst(chance, isVideo ? 'video-status' : 'embedding-status', id)])
    }
    await (isVideo ? startVideo : startEmbedding)(page, ledger, this.number)
  }

  upload(video = this.chance.happens(0.5)) {
    this.number += 1
    return upload(this.tabs.main, this.ledger, this.number, { video, repeats: this.chance.whole(1, 4_000) })
  }

  /** Reloads a page while no upload is in progress that a reload would interrupt. */
  async reload(page) {
    await this.#becomesSafe()
    if (this.hasTime()) await this.tabs.reload(page)
  }

  #becomesSafe() {
    if (this.keepFiles) return this.tabs.keepFiles(this.deadline)
    return this.advance(() => this.ledger.unfinishedUploads().length === 0)
  }

  /** Reloads while an upload waits for its response, whether or not the server has the file. */
  async reloadDuringUpload() {
    await this.advance(() => this.ledger.unfinishedUploads().length === 0)
    await this.world.forgetFaults()
    await this.inject([{ on: 'upload', when: this.chance.one(['before', 'after']), fault: 'stall' }])
    const id = await this.upload()
    await this.advance(() => this.ledger.tasks.get(id)?.state === 'uploading')
    if (this.keepFiles) await this.tabs.keepFiles(this.deadline)
    if (this.hasTime()) await this.tabs.reload(this.tabs.main)
  }

  async inject(rules) {
    await this.world.faults(rules)
    for (const { fault, times = 1 } of rules) {
      const kind = kindOf(fault)
      this.injected.set(kind, (this.injected.get(kind) ?? 0) + times)
    }
  }

  /** Waits for `count` changes, or until all tasks are finished. */
  changes(count) {
    const goal = this.ledger.changes + count
    return this.advance(() => this.ledger.changes >= goal || this.ledger.unfinished().length === 0)
  }

  /** Waits until `test` holds, and presses Retry where a user would. */
  async advance(test) {
    while (this.hasTime()) {
      await this.ledger.until(() => test() || this.user.hasToRetry(), this.deadline)
      if (!this.user.hasToRetry()) return
      await this.user.retry()
    }
  }

  hasTime() {
    return Date.now() < this.deadline
  }

  /** The number of tasks, including those that will follow uploads. */
  count() {
    const started = [...this.ledger.started.values()]
    return started.reduce((sum, { video }) => sum + (video ? 3 : 1), 0)
  }

  /** Whether the follow-up tasks of all uploaded videos have started. */
  hasFollowUps() {
    const tasks = [...this.ledger.tasks.values()]
    const of = (kind, title) => tasks.find((task) => task.kind === kind && task.title === title)
    return tasks.every(({ id, kind, title, state }) => {
      if (kind !== 'upload' || state !== 'succeeded' || !this.ledger.started.get(id)?.video) return true
      const video = of('video', title)
      return video && (video.state === 'cancelled' || of('embedding', title))
    })
  }

  faultFigures() {
    const met = grouped(this.requests.all().filter(({ fault }) => fault), ({ fault }) => kindOf(fault))
    return [...this.injected].sort().map(([kind, count]) => [kind, count, met.get(kind)?.length ?? 0])
  }
}

/**
 * Runs the test and returns its figures. `secondPage` opens and closes a second page; with `keepFiles`, a reload
 * interrupts no upload; `log` reports progress.
 */
export async function soak({ backend, browser, seed, tasks, minutes, secondPage = true, keepFiles = false, log = () => {} }) {
  const begin = Date.now()
  const chance = chanceOf(seed)
  const world = backend.world(`soak-${seed}-${begin}`)
  const plan = planOf(chance, tasks)
  await world.plan(plan)
  const ledger = new Ledger(plan)
  const address = `${backend.address}/?${world.query}&interval=200&keep=${Number(keepFiles)}`
  const tabs = await Tabs.open(browser, address, ledger, keepFiles)
  const soak = new Soak(chance, world, tabs, ledger, { tasks, secondPage, keepFiles, log, deadline: begin + minutes * 60_000 })
  await soak.run()
  const all = [...ledger.tasks.values()]
  const requests = soak.requests.all()
  const verdict = judge({
    ledger,
    tasks: await tabs.tasks(),
    reloads: tabs.reloads,
    jobs: await world.jobs(),
    attachments: await world.attachments(),
    requests,
  })
  verdict.wrong.push(...tabs.problems.map((problem) => `the page's console: ${problem}`))
  await tabs.close()
  const figures = {
    seed,
    seconds: Math.round((Date.now() - begin) / 1_000),
    faults: soak.faultFigures(),
    tasks: all,
    retries: [...ledger.retries.values()].reduce((sum, presses) => sum + presses, 0),
    tabs,
    requests: requests.length,
    interrupted: all.filter(isInterrupted).length,
    verdict,
  }
  return { ...figures, text: table(figures), findings: details(verdict) }
}

async function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      tasks: { type: 'string' },
      minutes: { type: 'string' },
      short: { type: 'boolean', default: false },
      'one-page': { type: 'boolean', default: false },
      'keep-files': { type: 'boolean', default: false },
      hour: { type: 'boolean', default: false },
    },
  })
  const long = { tasks: 500, minutes: values.hour ? 60 : 15 }
  const numbers = values.short ? SHORT : long
  const number = (name, fallback) => {
    const value = Number(values[name] ?? fallback)
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a non-negative integer`)
    return value
  }
  const options = {
    seed: number('seed'),
    tasks: number('tasks', numbers.tasks),
    minutes: number('minutes', numbers.minutes),
    secondPage: !values['one-page'],
    keepFiles: values['keep-files'],
  }
  const backend = await startBackend()
  const browser = await launch()
  try {
    const { text, findings } = await (values.hour ? hour : soak)({ backend, browser, ...options, log: console.error })
    console.log(text)
    if (findings.length === 0) return
    console.log(`\n${findings.join('\n')}\n\nto repeat: cargo xtask soak ${process.argv.slice(2).join(' ')} --seed ${options.seed}`)
    process.exitCode = 1
  } finally {
    await browser.close()
    backend.stop()
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main()

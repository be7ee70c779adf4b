// A soak: hundreds of tasks on the real page while the wire, the connection and the page itself
// fail by seed; at the end every task must be as the backend says. `cargo xtask soak` runs it.

import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { launch, startBackend } from './support.mjs'
import { chance as chanceOf } from './soak/chance.mjs'
import { burst, faults, kindOf } from './soak/faults.mjs'
import { grouped } from './soak/grouped.mjs'
import { hour } from './soak/hour.mjs'
import { Ledger, isCutOff } from './soak/ledger.mjs'
import { Person } from './soak/person.mjs'
import { FIRST_FOREIGN, plan as planOf } from './soak/plan.mjs'
import { Requests } from './soak/requests.mjs'
import { details, table } from './soak/table.mjs'
import { Tabs } from './soak/tabs.mjs'
import { judge } from './soak/verdict.mjs'
import { startEmbedding, startVideo, upload } from './soak/work.mjs'

/** The numbers of the short form, which is one of the end-to-end tests. The minutes are its deadline: it ends with its tasks. */
export const SHORT = { tasks: 60, minutes: 8 }

/** How many tasks go on while more are begun. */
const AT_ONCE = 40

class Soak {
  number = 0
  injected = new Map()

  constructor(chance, world, tabs, ledger, { tasks, deadline, secondPage, say }) {
    Object.assign(this, { chance, world, tabs, ledger, tasks, deadline, secondPage, say })
    this.person = new Person(chance, tabs, ledger)
    this.requests = new Requests(world)
  }

  async run() {
    for (let wave = 0; this.count() < this.tasks && this.hasTime(); wave += 1) {
      this.say(`wave ${wave + 1}: ${this.count()} tasks so far, ${this.ledger.unfinished().length} go on`)
      await this.wave(wave)
    }
    this.say(`the last ${this.ledger.unfinished().length} go on`)
    await this.world.forgetFaults()
    if (this.tabs.hasSecond) await this.tabs.closeSecond()
    await this.goOn(() => this.ledger.unfinished().length === 0 && !this.person.hasToRetry() && this.hasFollowUps())
    await this.requests.collect()
  }

  /** Some twenty tasks, some faults, and what happens to pages meanwhile. */
  async wave(wave) {
    const { chance, tabs } = this
    await this.goOn(() => this.ledger.unfinished().length < AT_ONCE)
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
    await this.person.cancelOne()
    for (let count = chance.whole(2, 4); count > 0; count -= 1) await this.upload()
    await this.inject(faults(chance, 8))
    await this.changes(chance.whole(5, 30))
    if (wave % 2 === 0) await tabs.offline(chance.whole(300, 2_500))
    await this.changes(chance.whole(5, 30))
    if (chance.happens(0.5)) await this.person.cancelOne()
    if (tabs.hasSecond && wave % 3 === 2) await tabs.closeSecond()
  }

  async startJob() {
    const { chance, ledger } = this
    const page = chance.one(this.tabs.all)
    this.number += 1
    const isVideo = chance.happens(0.55)
    // Known before its first check.
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

  /** Reloads in a moment in which nothing is lost that a page cannot keep. */
  async reload(page) {
    await this.goOn(() => this.ledger.uploadsUnderWay().length === 0)
    if (this.hasTime()) await this.tabs.reload(page)
  }

  /** Reloads while the answer to an upload is outstanding, whether or not the server has the file. */
  async reloadDuringUpload() {
    await this.goOn(() => this.ledger.uploadsUnderWay().length === 0)
    await this.world.forgetFaults()
    await this.inject([{ on: 'upload', when: this.chance.one(['before', 'after']), fault: 'stall' }])
    const id = await this.upload()
    await this.goOn(() => this.ledger.tasks.get(id)?.state === 'uploading')
    if (this.hasTime()) await this.tabs.reload(this.tabs.main)
  }

  async inject(rules) {
    await this.world.faults(rules)
    for (const { fault, times = 1 } of rules) {
      const kind = kindOf(fault)
      this.injected.set(kind, (this.injected.get(kind) ?? 0) + times)
    }
  }

  /** Lets so many changes be heard, or all there are. */
  changes(count) {
    const goal = this.ledger.heard + count
    return this.goOn(() => this.ledger.heard >= goal || this.ledger.unfinished().length === 0)
  }

  /** Lets time go by until `test` holds, and presses Retry where a person would. */
  async goOn(test) {
    while (this.hasTime()) {
      await this.ledger.until(() => test() || this.person.hasToRetry(), this.deadline)
      if (!this.person.hasToRetry()) return
      await this.person.retry()
    }
  }

  hasTime() {
    return Date.now() < this.deadline
  }

  /** All tasks so far, and those that will come of uploads. */
  count() {
    const started = [...this.ledger.started.values()]
    return started.reduce((sum, { video }) => sum + (video ? 3 : 1), 0)
  }

  /** Whether of each video that is up the two other tasks have come. */
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

/** Runs a soak and tells its figures; `secondPage` has another page come and go, `say` hears how far it is. */
export async function soak({ backend, browser, seed, tasks, minutes, secondPage = true, say = () => {} }) {
  const begin = Date.now()
  const chance = chanceOf(seed)
  const world = backend.world(`soak-${seed}-${begin}`)
  const plan = planOf(chance, tasks)
  await world.plan(plan)
  const ledger = new Ledger(plan)
  const tabs = await Tabs.open(browser, `${backend.address}/?${world.query}&interval=200`, ledger)
  const soak = new Soak(chance, world, tabs, ledger, { tasks, secondPage, say, deadline: begin + minutes * 60_000 })
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
    cutOff: all.filter(isCutOff).length,
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
      hour: { type: 'boolean', default: false },
    },
  })
  const long = { tasks: 500, minutes: values.hour ? 60 : 15 }
  const numbers = values.short ? SHORT : long
  const number = (name, fallback) => {
    const value = Number(values[name] ?? fallback)
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} needs a whole number`)
    return value
  }
  const options = {
    seed: number('seed'),
    tasks: number('tasks', numbers.tasks),
    minutes: number('minutes', numbers.minutes),
    secondPage: !values['one-page'],
  }
  const backend = await startBackend()
  const browser = await launch()
  try {
    const { text, findings } = await (values.hour ? hour : soak)({ backend, browser, ...options, say: console.error })
    console.log(text)
    if (findings.length === 0) return
    console.log(`\n${findings.join('\n')}\n\nonce more: cargo xtask soak ${process.argv.slice(2).join(' ')} --seed ${options.seed}`)
    process.exitCode = 1
  } finally {
    await browser.close()
    backend.stop()
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main()

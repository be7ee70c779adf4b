// One page of one stack in the browser, and what Chrome tells of it.

import { answer } from './limit.mjs'
import { watch } from './watch.mjs'

/**
 * The metrics that are asked for, by the name they have here. Seconds are those that the main
 * thread had of a processor: what other programs take from the machine is no cost of the page.
 */
const METRICS = {
  main: 'TaskDuration',
  script: 'ScriptDuration',
  layout: 'LayoutDuration',
  style: 'RecalcStyleDuration',
  heap: 'JSHeapUsedSize',
  nodes: 'Nodes',
}

export class Page {
  /** Opens the address with nothing in the cache or in storage; comes back when its first toast stands. */
  static async open(browser, address) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = new Page()
    page.context = context
    page.hasCrashed = false
    page.page = await context.newPage()
    page.problems = []
    page.page.on('pageerror', (error) => page.problems.push(error.message))
    page.page.on('crash', () => (page.hasCrashed = true))
    page.responses = []
    page.page.on('response', (response) => page.responses.push(response))
    await page.page.addInitScript(watch)
    page.devtools = await context.newCDPSession(page.page)
    await page.devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    // One session has one clock.
    page.wallClock = await context.newCDPSession(page.page)
    await page.wallClock.send('Performance.enable')
    await answer(page.page.goto(address))
    await answer(page.page.waitForFunction(() => globalThis.bench.firstToast() !== null))
    return page
  }

  async metrics() {
    const all = await metricsOf(this.devtools)
    const { TaskDuration: wall } = await metricsOf(this.wallClock)
    return { ...Object.fromEntries(Object.entries(METRICS).map(([name, metric]) => [name, all[metric]])), wall }
  }

  /** Calls what `watch` has put into the page. */
  ask(call, given) {
    return answer(this.page.evaluate(([call, given]) => globalThis.bench[call](given), [call, given]))
  }

  /** Bytes and nodes that are left once what nobody holds is gone. */
  async memory() {
    await answer(this.devtools.send('HeapProfiler.collectGarbage'))
    const { heap, nodes } = await this.metrics()
    return { heap, nodes, wasm: await this.ask('wasmBytes') }
  }

  close() {
    return answer(this.context.close())
  }
}

async function metricsOf(session) {
  const { metrics } = await answer(session.send('Performance.getMetrics'))
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
}

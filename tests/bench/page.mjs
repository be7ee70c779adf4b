// A page of a stack in the browser, and Chrome's metrics of it.

import { answer } from './limit.mjs'
import { watch } from './watch.mjs'

/**
 * The names of Chrome's metrics. Times are CPU time of the main thread, in seconds, so other
 * programs on the machine do not count.
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
  /** Opens the URL with empty cache and storage; resolves when the first toast is in the document. */
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
    // A session can use only one time domain.
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

  /** Calls a function that `watch` has added to the page. */
  ask(call, given) {
    return answer(this.page.evaluate(([call, given]) => globalThis.bench[call](given), [call, given]))
  }

  /** Memory and nodes after a garbage collection. */
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

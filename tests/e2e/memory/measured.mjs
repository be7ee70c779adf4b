// How much a page holds after its garbage is collected.

/** Keeps the memory of the page's WASM at `wasm.memory`, once trunk's loader has it. */
export function keepWasm() {
  addEventListener('TrunkApplicationStarted', ({ detail }) => { globalThis.wasm = detail.wasm })
}

/** Tells what the page holds whenever it is called. */
export async function meter(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  return async () => {
    // What the first collection frees is told to Rust in a turn of the page's own, and freed by the next.
    for (let round = 0; round < 3; round += 1) {
      await session.send('HeapProfiler.collectGarbage')
      await page.evaluate(() => new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => { port1.close(); resolve() }
        port2.postMessage(null)
      }))
    }
    const { metrics } = await session.send('Performance.getMetrics')
    const metric = (name) => metrics.find((metric) => metric.name === name).value
    const [wasm, references] = await page.evaluate(() => {
      performance.clearResourceTimings()
      const table = wasm.__wbindgen_externrefs
      let references = 0
      for (let index = 0; index < table.length; index += 1) references += table.get(index) == null ? 0 : 1
      return [wasm.memory.buffer.byteLength, references]
    })
    return {
      heap: metric('JSHeapUsedSize'), wasm, nodes: metric('Nodes'), listeners: metric('JSEventListeners'), references,
    }
  }
}

/** What of `after` is more than `before` by over this share; small numbers may differ by a few. */
export function growth(before, after, share) {
  return Object.keys(before)
    .filter((name) => after[name] > before[name] * (1 + share) + (FEW[name] ?? 0))
    .map((name) => `${name}: ${before[name]}, then ${after[name]}`)
}

/** Of what is counted and not weighed. */
const FEW = { nodes: 10, listeners: 10, references: 10 }

// The memory of a page after garbage collection.

/** Exposes the page's WASM memory as `wasm.memory` once trunk's loader has created it. */
export function keepWasm() {
  addEventListener('TrunkApplicationStarted', ({ detail }) => { globalThis.wasm = detail.wasm })
}

/** Returns a function that measures the page. */
export async function meter(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  return async () => {
    // Finalizers run in a later task and free values in Rust, which the next collection frees.
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

/** The figures that have grown by more than this share; counts may differ by a few. */
export function growth(before, after, share) {
  return Object.keys(before)
    .filter((name) => after[name] > before[name] * (1 + share) + (TOLERANCE[name] ?? 0))
    .map((name) => `${name}: ${before[name]}, then ${after[name]}`)
}

/** The tolerance of counts. */
const TOLERANCE = { nodes: 10, listeners: 10, references: 10 }

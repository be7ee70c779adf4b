// A script that runs in each page before the page's own scripts.

/**
 * Starts the first task as soon as possible and records when its toast is in the document. Also
 * records long tasks, and keeps references to WASM memories, which Chrome's metrics do not include.
 */
export function watch() {
  const TOAST = '[data-toast], [data-sonner-toast]'
  const seen = { firstToast: null, longTasks: [], memories: [] }
  const start = (api, number) => api.startVideoProcessingTask(number, `talk ${number}.mp4`, `q-${number}`)

  globalThis.bench = {
    firstToast: () => seen.firstToast,
    /** Starts the tasks 2 to `count`, spread over one second. */
    start(count) {
      const begin = performance.now()
      let started = 1
      const some = () => {
        const goal = Math.min(count, 1 + Math.ceil((count - 1) * (performance.now() - begin) / 1000))
        while (started < goal) start(globalThis.backgroundTasks, (started += 1))
        if (started < count) setTimeout(some, 10)
      }
      some()
    },
    forgetLongTasks() {
      seen.longTasks = []
    },
    longTasks: () => seen.longTasks,
    /** The texts of the visible toasts, whose progress must increase. */
    texts: () => [...document.querySelectorAll(TOAST)].map((toast) => toast.textContent).join('\n'),
    /** The number of tasks by state, if the page provides it. */
    states() {
      const states = {}
      for (const { state } of globalThis.backgroundTasks.tasks?.() ?? []) states[state] = (states[state] ?? 0) + 1
      return states
    },
    wasmBytes: () => seen.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  }

  Object.defineProperty(globalThis, 'backgroundTasks', {
    configurable: true,
    set(api) {
      Object.defineProperty(globalThis, 'backgroundTasks', { value: api, configurable: true, writable: true })
      start(api, 1)
    },
  })

  const toasts = new MutationObserver(() => {
    if (!document.querySelector(TOAST)) return
    seen.firstToast = performance.now()
    toasts.disconnect()
  })
  toasts.observe(document, { subtree: true, childList: true })

  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longTasks.push(duration)
  }).observe({ type: 'longtask' })

  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name]
    WebAssembly[name] = async (...given) => {
      const result = await original.apply(WebAssembly, given)
      const { memory } = (result.instance ?? result).exports
      if (memory) seen.memories.push(memory)
      return result
    }
  }
}

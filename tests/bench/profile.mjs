// CPU time of a page: by process of the browser, and by function within the main thread, from a CPU
// profile.

import { sleep } from './limit.mjs'
import { begun, newWorld, WARM_UP } from './measure.mjs'
import { Page } from './page.mjs'

/** Sampling interval in microseconds. */
const SAMPLING = 200

/**
 * Profiles one page. Returns milliseconds by function and in total, and CPU milliseconds by process,
 * measured before the profiler slows the page down.
 */
export async function profile({ browser, stack, tasks, seconds }) {
  const world = await newWorld(stack, tasks)
  const page = await Page.open(browser, `${stack.backend.address}/?${stack.query(world)}`)
  if (tasks > 1) await page.ask('start', tasks)
  await begun(world, tasks)
  await sleep(WARM_UP)
  const processes = await processorTime(browser, seconds)
  await page.devtools.send('Profiler.enable')
  await page.devtools.send('Profiler.setSamplingInterval', { interval: SAMPLING })
  await page.devtools.send('Profiler.start')
  await sleep(seconds * 1_000)
  const { profile } = await page.devtools.send('Profiler.stop')
  await page.close()
  return { processes, ...sums(profile) }
}

/** CPU milliseconds per second, by type of process. */
async function processorTime(browser, seconds) {
  const session = await browser.newBrowserCDPSession()
  const read = async () => (await session.send('SystemInfo.getProcessInfo')).processInfo
  const before = new Map((await read()).map(({ id, cpuTime }) => [id, cpuTime]))
  await sleep(seconds * 1_000)
  const after = await read()
  await session.detach()
  return after.map(({ id, type, cpuTime }) => ({ type, time: ((cpuTime - (before.get(id) ?? 0)) * 1_000) / seconds }))
}

/** Self and total time of each function in milliseconds; recursive calls count once. */
function sums({ nodes, samples, timeDeltas, startTime, endTime }) {
  const byId = new Map(nodes.map((node) => [node.id, { ...node, name: nameOf(node.callFrame), time: 0 }]))
  samples.forEach((id, index) => (byId.get(id).time += timeDeltas[index] / 1_000))
  const functions = new Map()
  const add = (name, kind, time) => {
    const entry = functions.get(name) ?? { name, self: 0, total: 0 }
    entry[kind] += time
    functions.set(name, entry)
  }
  const walk = (node, above) => {
    const isOutermost = !above.has(node.name)
    const inside = isOutermost ? new Set(above).add(node.name) : above
    let total = node.time
    for (const child of node.children ?? []) total += walk(byId.get(child), inside)
    add(node.name, 'self', node.time)
    if (isOutermost) add(node.name, 'total', total)
    return total
  }
  walk(byId.get(nodes[0].id), new Set())
  return { window: (endTime - startTime) / 1_000, functions: [...functions.values()] }
}

/** A demangled Rust name without its hash, or a script's function with its location. */
function nameOf({ functionName, url, lineNumber }) {
  const file = url.split('/').pop()
  if (url.startsWith('wasm:') || file.endsWith('.wasm')) return functionName.replace(/(::h[0-9a-f]{16}|\[[0-9a-f]{16}\])/g, '')
  return file ? `${functionName || 'anonymous'} (${file.slice(0, 24)}:${lineNumber + 1})` : functionName
}

const line = (...cells) => `| ${cells.join(' | ')} |`

/** The functions with the longest self time and total time. */
export function table({ processes, window, functions }, count = 25) {
  const lines = (kind) => [...functions]
    .sort((one, other) => other[kind] - one[kind])
    .slice(0, count)
    .map(({ name, ...times }) => line(times[kind].toFixed(0), `${((times[kind] / window) * 100).toFixed(1)} %`, `\`${name}\``))
  const head = (kind) => [line(`${kind} ms`, 'of the time', 'function'), line('---:', '---:', '---')]
  const busy = processes.filter(({ time }) => time >= 1).map(({ type, time }) => line(time.toFixed(0), `\`${type}\``))
  return [
    line('ms of a processor in a second', 'process'), line('---:', '---'), ...busy, '',
    ...head('self'), ...lines('self'), '',
    ...head('total'), ...lines('total'),
  ].join('\n')
}

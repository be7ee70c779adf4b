// Where the time of a page goes: which of the browser's processes has it, and within the page's
// main thread a CPU profile of Chrome's, summed by function.

import { sleep } from './limit.mjs'
import { begun, newWorld, WARM_UP } from './measure.mjs'
import { Page } from './page.mjs'

/** Microseconds between two looks at the stack. */
const SAMPLING = 200

/**
 * Profiles one page with so many live tasks. Tells milliseconds by function, and those of the
 * window, and milliseconds of a processor by process, before the profile slows the page down.
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

/** Milliseconds of a processor in each second, by what the process is. */
async function processorTime(browser, seconds) {
  const session = await browser.newBrowserCDPSession()
  const read = async () => (await session.send('SystemInfo.getProcessInfo')).processInfo
  const before = new Map((await read()).map(({ id, cpuTime }) => [id, cpuTime]))
  await sleep(seconds * 1_000)
  const after = await read()
  await session.detach()
  return after.map(({ id, type, cpuTime }) => ({ type, time: ((cpuTime - (before.get(id) ?? 0)) * 1_000) / seconds }))
}

/** Self and total time of each function, in milliseconds; a function that calls itself counts once. */
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

/** A mangled name of Rust's without its hash; a script's with its place. */
function nameOf({ functionName, url, lineNumber }) {
  const file = url.split('/').pop()
  if (url.startsWith('wasm:') || file.endsWith('.wasm')) return functionName.replace(/(::h[0-9a-f]{16}|\[[0-9a-f]{16}\])/g, '')
  return file ? `${functionName || 'anonymous'} (${file.slice(0, 24)}:${lineNumber + 1})` : functionName
}

const line = (...cells) => `| ${cells.join(' | ')} |`

/** The functions that take the most, by what they take themselves and with what they call. */
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

// Measures one page with active tasks over a period: the cost of an update, and missed checks.

import { NoAnswer, sleep } from './limit.mjs'
import { Page } from './page.mjs'

/**
 * Progress increases by one percent per second, so that each response is different. No job ends
 * before the measurement is over.
 */
const PLAN = { video: { queued_ms: 0, running_ms: 100_000 } }

/** Warm-up between the last task's start and the measurement, for compilation and memory growth. */
export const WARM_UP = 4_000

/** Timeout for starting all tasks of a page. */
const START_LIMIT = 15_000

/** Seconds until the displayed progress stops at 90 %, with a margin for late responses. */
export const LONGEST_WINDOW = 60

/** The number of statuses that the server has sent, in responses, batches and pushed events. */
async function statuses(world) {
  const { video } = await world.jobs()
  const jobs = Object.values(video)
  return { jobs: jobs.length, answered: jobs.reduce((sum, { checks, pushes }) => sum + checks + pushes, 0), at: Date.now() }
}

/** Creates an isolated world on the stack's server. */
export async function newWorld(stack, tasks) {
  const world = stack.backend.world(`${stack.name}-${tasks}-${Date.now()}`)
  await world.plan(PLAN)
  return world
}

/** Measures one page. If the page hangs, `answers` is false and the result is incomplete. */
export async function measure({ browser, stack, tasks, seconds }) {
  const world = await newWorld(stack, tasks)
  const result = { stack: stack.name, tasks, seconds, answers: true, problems: [] }
  let page
  try {
    page = await Page.open(browser, `${stack.backend.address}/?${stack.query(world)}`)
    result.problems = page.problems
    if (tasks > 1) await page.ask('start', tasks)
    result.begun = await begun(world, tasks)
    await sleep(WARM_UP)
    Object.assign(result, await window(page, world, tasks, seconds))
    if (result.answers) {
      Object.assign(result, await page.memory())
      result.problems.push(...other(await page.ask('states')))
      await page.close()
    }
  } catch (error) {
    if (!(error instanceof NoAnswer) && !page?.hasCrashed) throw error
    result.answers = false
  }
  return result
}

/** Waits until every task has been checked once. Returns the number of checked tasks. */
export async function begun(world, tasks) {
  for (const limit = Date.now() + START_LIMIT; ; await sleep(100)) {
    const { jobs } = await statuses(world)
    if (jobs >= tasks || Date.now() > limit) return jobs
  }
}

async function window(page, world, tasks, seconds) {
  const first = await statuses(world)
  try {
    const textsBefore = await page.ask('texts')
    await page.ask('forgetLongTasks')
    const before = await page.metrics()
    const start = await statuses(world)
    await sleep(seconds * 1_000)
    const after = await page.metrics()
    const end = await statuses(world)
    const longTasks = await page.ask('longTasks')
    if ((await page.ask('texts')) === textsBefore) page.problems.push('no toast has changed')
    const updates = end.answered - start.answered
    const each = (name) => ((after[name] - before[name]) * 1_000) / updates
    return {
      ...share(start, end, tasks),
      updates,
      main: each('main'),
      script: each('script'),
      layout: each('layout') + each('style'),
      wall: each('wall'),
      longTasks: longTasks.length,
      longest: Math.max(0, ...longTasks),
    }
  } catch (error) {
    if (!(error instanceof NoAnswer) && !page.hasCrashed) throw error
    // The server counts the checks, even if the page hangs.
    return { answers: false, ...share(first, await statuses(world), tasks) }
  }
}

/** Tasks that do not progress: a page that does less also costs less. */
const other = (states) =>
  Object.entries(states).filter(([state]) => state !== 'running').map(([state, count]) => `${count} tasks were ${state}`)

/** The ratio of checks made to checks due, which is one per second and task. */
function share(start, end, tasks) {
  const due = (tasks * (end.at - start.at)) / 1_000
  return { checked: (end.answered - start.answered) / due }
}

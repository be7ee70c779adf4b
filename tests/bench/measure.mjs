// One stack with so many live tasks over a window: what an update costs, and what is left undone.

import { NoAnswer, sleep } from './limit.mjs'
import { Page } from './page.mjs'

/**
 * A percent a second from the first check on, so that each answer tells something new; no job
 * ends before warm-up and window are over.
 */
const PLAN = { video: { queued_ms: 0, running_ms: 100_000 } }

/** From the last task's start to the window: code is compiled, memory has grown. */
export const WARM_UP = 4_000

/** So long the tasks of a page may take to have begun. */
const START_LIMIT = 15_000

/** Seconds after which the percent that is shown stops at 90, answers that are late left time for. */
export const LONGEST_WINDOW = 60

/** How often the server has told of a job: in answer to a check, alone or with others, or pushed. */
async function told(world) {
  const { video } = await world.jobs()
  const jobs = Object.values(video)
  return { jobs: jobs.length, answered: jobs.reduce((sum, { checks, pushes }) => sum + checks + pushes, 0), at: Date.now() }
}

/** A world of its own on the stack's server. */
export async function newWorld(stack, tasks) {
  const world = stack.backend.world(`${stack.name}-${tasks}-${Date.now()}`)
  await world.plan(PLAN)
  return world
}

/** Measures one page. What it does not answer is missing from the result, and `answers` is false. */
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

/** Waits until every task has been checked once. Tells how many have. */
export async function begun(world, tasks) {
  for (const limit = Date.now() + START_LIMIT; ; await sleep(100)) {
    const { jobs } = await told(world)
    if (jobs >= tasks || Date.now() > limit) return jobs
  }
}

async function window(page, world, tasks, seconds) {
  const first = await told(world)
  try {
    const saidBefore = await page.ask('said')
    await page.ask('forgetLongTasks')
    const before = await page.metrics()
    const start = await told(world)
    await sleep(seconds * 1_000)
    const after = await page.metrics()
    const end = await told(world)
    const longTasks = await page.ask('longTasks')
    if ((await page.ask('said')) === saidBefore) page.problems.push('no toast said anything new')
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
    // The server knows how many checks came, also from a page that is dead to the person at it.
    return { answers: false, ...share(first, await told(world), tasks) }
  }
}

/** Tasks that do not go on as they should: a page that checks less also costs less. */
const other = (states) =>
  Object.entries(states).filter(([state]) => state !== 'running').map(([state, count]) => `${count} tasks were ${state}`)

/** Checks made against checks due: one a second for each task. */
function share(start, end, tasks) {
  const due = (tasks * (end.at - start.at)) / 1_000
  return { checked: (end.answered - start.answered) / due }
}

// Compares the pages with the backend: lost, duplicated and wrong tasks. A pure function.

import { grouped } from './grouped.mjs'
import { hasEnded, isInterrupted } from './ledger.mjs'
import { refusal } from './plan.mjs'
import { doubleChecks } from './requests.mjs'

const TASK_STATES = { completed: 'succeeded', failed: 'failed', cancelled: 'cancelled' }

/** The number of finished tasks that a page keeps. */
const MAX_FINISHED = 50

/** The ids of the video jobs of an attachment that requests have started, oldest first. */
function startedJobs(jobs, attachment) {
  const own = Object.entries(jobs.video).filter(([, job]) => job.attachment_id === String(attachment))
  return own.map(([id]) => id).sort((one, other) => Number(one.slice(2)) - Number(other.slice(2)))
}

const byTitle = (things) => grouped(things, ({ title }) => title)

/** `ledger` has the reports of the pages, `tasks` are the final tasks of the page; the rest is from the backend. */
export function judge({ ledger, tasks, reloads, jobs, attachments, requests }) {
  const lost = [...ledger.lost]
  const duplicated = []
  const wrong = [...ledger.wrong]
  const all = new Map(ledger.tasks)
  for (const task of tasks) all.set(task.id, task)
  const named = (task) => `${task.id} ${task.title}: ${task.state} ${task.error ?? ''}`
  const stored = byTitle(attachments)
  const uploads = new Map([...ledger.started.values()].filter(({ kind }) => kind === 'upload').map((it) => [it.title, it]))
  const has = (kind, title) => [...all.values()].find((task) => task.kind === kind && task.title === title)

  // Every started task exists and has ended, or was removed from the list.
  for (const [id, { title }] of ledger.started) {
    if (!all.has(id)) lost.push(`${id} ${title} has disappeared`)
  }
  const listed = new Set(tasks.map(({ id }) => id))
  for (const task of all.values()) {
    if (!hasEnded(task)) lost.push(`never ended, or is not in tasks(): ${named(task)}`)
    if (!listed.has(task.id) && !ledger.cleared.has(task.id) && reloads === 0) lost.push(`not in tasks(), although no page was reloaded: ${named(task)}`)
  }
  for (const { title, video } of uploads.values()) {
    if (!video || has('upload', title)?.state !== 'succeeded') continue
    const processing = has('video', title)
    if (!processing) lost.push(`no video task after the upload ${title}`)
    else if (processing.state !== 'cancelled' && !has('embedding', title)) lost.push(`no embedding task after the upload ${title}`)
  }

  const finished = tasks.filter(hasEnded).length
  if (finished > MAX_FINISHED) wrong.push(`${finished} finished tasks are in tasks()`)

  // Nothing exists twice.
  for (const [name, same] of grouped(all.values(), ({ kind, title }) => `${kind} task "${title}"`)) {
    if (same.length > 1) duplicated.push(`${name}: ${same.map(({ id }) => `${id}${ledger.history(id)}`).join(', ')}`)
  }
  for (const [title, same] of stored) {
    if (same.length > 1) duplicated.push(`attachments of one upload, ${title}: ${same.map(({ id }) => id)}`)
  }
  for (const check of doubleChecks(requests, ledger.departures)) {
    duplicated.push(`a second check in flight at ${check.received_ms}: ${check.number} ${check.path}`)
  }

  // Every result is that of the server.
  const known = new Set()
  const follow = (task, attachment, ownJob) => {
    if (task.kind === 'embedding') return [String(attachment), jobs.embedding[attachment]]
    const asked = startedJobs(jobs, attachment)
    const allowed = (ownJob ? 0 : 1) + (ledger.restarts.get(task.id) ?? 0)
    if (asked.length > allowed) duplicated.push(`${asked.length} jobs of ${allowed} starts, ${task.title}: ${asked}`)
    for (const id of [ownJob, ...asked]) known.add(id)
    const id = asked.at(-1) ?? ownJob
    return [id, jobs.video[id]]
  }
  for (const task of all.values()) {
    if (!hasEnded(task)) continue
    const begun = ledger.started.get(task.id)
    if (task.kind === 'upload') {
      judgeUpload(task, begun)
      continue
    }
    const attachment = begun?.attachment ?? stored.get(task.title)?.[0]?.id
    if (attachment === undefined) {
      wrong.push(`no stored attachment for: ${named(task)}`)
      continue
    }
    const [id, job] = follow(task, attachment, begun?.job)
    if (task.state === 'cancelled' && ledger.cancelled.has(task.id)) continue
    if (TASK_STATES[job?.state] !== task.state) {
      wrong.push(`the server has ${job?.state} for ${task.kind} ${id}: ${named(task)}`)
    } else if (task.state === 'failed' && task.error !== refusal(task.kind, id)) {
      wrong.push(`the reason differs from the server's for ${id}: ${named(task)}`)
    }
  }
  for (const id of Object.keys(jobs.video)) {
    if (!known.has(id)) wrong.push(`a job without a task was checked or created: ${id}`)
  }
  for (const { title } of attachments) {
    if (!uploads.has(title)) wrong.push(`an attachment without an upload: ${title}`)
  }
  return { lost, duplicated, wrong }

  function judgeUpload(task, begun) {
    const attachment = stored.get(task.title)?.[0]
    if (task.state === 'succeeded') {
      if (!attachment) wrong.push(`nothing was stored: ${named(task)}`)
      else if (attachment.sha256 !== begun?.sha256) wrong.push(`different bytes were stored: ${named(task)}`)
    } else if (task.state === 'cancelled' ? !ledger.cancelled.has(task.id) : !isInterrupted(task)) {
      wrong.push(`an upload that was not cancelled: ${named(task)}`)
    }
  }
}

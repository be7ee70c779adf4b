// Tests that the soak test would detect errors.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ledger } from './soak/ledger.mjs'
import { refusal } from './soak/plan.mjs'
import { judge } from './soak/verdict.mjs'

const PAGE = 'page'
const task = (id, kind, title, state, more = {}) => ({ id, kind, title, state, progress: null, error: null, ...more })

/** The findings for an upload of a video and its follow-up tasks, which match the server except for `change`. */
function findings(change = () => {}) {
  const ledger = new Ledger({ video_by_id: { 'q-1': { outcome: 'failed' } }, embedding_by_id: {} })
  ledger.follow(PAGE)
  ledger.started.set('upload_1', { kind: 'upload', title: 'talk 1', video: true, sha256: 'abc' })
  const seen = {
    ledger,
    reloads: 0,
    tasks: [
      task('upload_1', 'upload', 'talk 1', 'succeeded'),
      task('video_7', 'video', 'talk 1', 'failed', { error: refusal('video', 'q-1') }),
      task('embedding_7', 'embedding', 'talk 1', 'succeeded'),
    ],
    jobs: {
      video: { 'q-1': { attachment_id: '7', state: 'failed' } },
      embedding: { 7: { attachment_id: '7', state: 'completed' } },
    },
    attachments: [{ id: 7, title: 'talk 1', sha256: 'abc' }],
    requests: [],
  }
  change(seen)
  for (const one of seen.tasks) ledger.record(PAGE, one)
  const { lost, duplicated, wrong } = judge(seen)
  return [lost, duplicated, wrong].map(({ length }) => length)
}

/** A change that removes, or replaces a part of, the first task of a kind. */
const without = (kind) => (seen) => { seen.tasks = seen.tasks.filter((one) => one.kind !== kind) }
const having = (kind, part) => (seen) => Object.assign(seen.tasks.find((one) => one.kind === kind), part)
const check = (number, from, to, concurrency) => ({
  number, path: '/', operation: 'video-status', ids: ['q-1'], received_ms: from, answered_ms: to, concurrency, fate: 'answered',
})

for (const [name, change, expected] of [
  ['nothing', () => {}, [0, 0, 0]],
  ['a missing task', without('upload'), [1, 0, 0]],
  ['a finished task that was removed from the list', ({ ledger, tasks }) => {
    ledger.record(PAGE, tasks[0])
    ledger.clear(PAGE, tasks.shift())
  }, [0, 0, 0]],
  ['an unfinished task that was removed from the list', ({ ledger, tasks }) => ledger.clear(PAGE, { ...tasks[2], state: 'running' }), [0, 0, 1]],
  ['too many finished tasks', ({ ledger, tasks }) => {
    for (let number = 0; number < 50; number += 1) {
      const [id, title] = [`embedding_x${number}`, `more ${number}`]
      ledger.started.set(id, { kind: 'embedding', title, attachment: `x${number}` })
      ledger.cancelled.add(id)
      tasks.push(task(id, 'embedding', title, 'cancelled'))
    }
  }, [0, 0, 1]],
  ['a video without a task', without('video'), [1, 0, 1]],
  ['embeddings without a task', without('embedding'), [1, 0, 0]],
  ['a task that never ended', having('embedding', { state: 'running' }), [1, 0, 0]],
  ['a duplicate task', ({ tasks }) => tasks.push({ ...tasks[2], id: 'embedding_8' }), [0, 1, 0]],
  ['a second attachment', ({ attachments }) => attachments.push({ ...attachments[0], id: 8 }), [0, 1, 0]],
  ['a second job', ({ jobs }) => { jobs.video['q-2'] = jobs.video['q-1'] }, [0, 1, 1]],
  ['a second check in flight', ({ requests }) => requests.push(check(1, 0, 50, 1), check(2, 20, 60, 2)), [0, 1, 0]],
  ['a result that differs from the server', having('embedding', { state: 'failed', error: 'no' }), [0, 0, 1]],
  ['a reason that differs from the server', having('video', { error: 'no' }), [0, 0, 1]],
  ['a failure that the server has not reported', having('embedding', { state: 'failed', error: refusal('embedding', '7') }), [0, 0, 2]],
  ['different bytes', ({ attachments }) => { attachments[0].sha256 = 'abd' }, [0, 0, 1]],
  ['a file that was not stored', ({ attachments }) => attachments.pop(), [0, 0, 4]],
  ['a job without a task', ({ jobs }) => { jobs.video[7] = { attachment_id: null, state: 'completed' } }, [0, 0, 1]],
  ['decreasing progress', ({ ledger, tasks }) => {
    for (const progress of [50, 40]) ledger.record(PAGE, { ...tasks[2], state: 'running', progress })
  }, [0, 0, 1]],
  ['100 before success', ({ ledger, tasks }) => ledger.record(PAGE, { ...tasks[2], state: 'running', progress: 100 }), [0, 0, 1]],
  ['a changed final state', ({ ledger, tasks }) => ledger.record(PAGE, { ...tasks[2], state: 'cancelled' }), [0, 0, 1]],
]) {
  test(`the soak's verdict on ${name}`, () => assert.deepEqual(findings(change), expected))
}

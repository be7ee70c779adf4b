// Runs the checks of the HTTP API against a server, and reports in sentences.

import { readFile } from 'node:fs/promises'
import { attachments } from './checks/attachments.mjs'
import { batches } from './checks/batches.mjs'
import { cors } from './checks/cors.mjs'
import { events } from './checks/events.mjs'
import { invalid } from './checks/invalid.mjs'
import { jobs } from './checks/jobs.mjs'
import { uploads } from './checks/uploads.mjs'
import { Context } from './context.mjs'
import { loadOpenApi } from './openapi.mjs'
import { Failure, Unsupported } from './outcome.mjs'

/** The parts of the API. What an optional one does not implement, the client does without. */
export const PARTS = { attachments, jobs, batches, events, uploads, invalid, cors }

/**
 * Checks a server.
 *
 * | option | default |
 * | --- | --- |
 * | `base` | required: the URL of the API, such as `https://media.example/api` |
 * | `headers` | none; sent with every request, such as `authorization` |
 * | `file` | a video of 15 kB |
 * | `parts` | all; names of [PARTS] |
 * | `require` | none; names of optional parts that must exist |
 * | `origin` | none: CORS is not checked; else the origin of the page |
 * | `waitMs` | 120 s; how long a job may take |
 * | `limitMs` | 10 s; how long a response may take, as in the client |
 * | `onResult` | called with each result: `{ part, title, outcome, detail }`, where `outcome` is `ok`, `failed`, `skipped` or `unsupported` |
 *
 * Returns the results, the advice, and what was exercised.
 */
export async function check({
  base, headers = {}, file = new URL('../fixtures/talk.mp4', import.meta.url), parts = Object.keys(PARTS), require = [],
  origin, waitMs = 120_000, limitMs = 10_000, onResult = () => {},
}) {
  const openApi = await loadOpenApi()
  const advice = new Set()
  const results = []
  const context = new Context({ base: base.replace(/\/+$/, ''), headers, origin, waitMs, limitMs, openApi, advice })
  context.bytes = await readFile(file)
  for (const part of parts) {
    const { optional, checks } = PARTS[part]
    // What a check needs of an earlier one is absent if that has failed.
    const found = {}
    let unsupported
    for (const { title, needs = [], run } of checks) {
      const result = { part, title, outcome: 'ok', detail: '' }
      if (unsupported) break
      const missing = needs.filter((name) => found[name] === undefined)
      if (missing.length > 0) {
        Object.assign(result, { outcome: 'skipped', detail: 'An earlier check has failed.' })
      } else {
        try {
          await run(context, found)
        } catch (error) {
          if (error instanceof Unsupported && optional) {
            unsupported = true
            const outcome = require.includes(part) ? 'failed' : 'unsupported'
            Object.assign(result, { title: optional, outcome, detail: error.message })
          } else if (error instanceof Failure || error instanceof Unsupported) {
            Object.assign(result, { outcome: 'failed', detail: error.message })
          } else {
            throw error
          }
        }
      }
      results.push(result)
      onResult(result)
    }
  }
  await context.deleteCreated()
  return { results, advice: [...advice], exercised: openApi.exercised }
}

// The short version of the soak test.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SHORT, soak } from './soak.mjs'
import { backend, browser, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

for (const [name, options] of [['', { seed: 1 }], [', and no upload is interrupted with a copy of its file', { seed: 2, keepFiles: true }]]) {
  test(`sixty tasks with faults: none is lost, duplicated or wrong${name}`, async (context) => {
    const { text, findings } = await soak({ backend, browser, ...options, ...SHORT })
    context.diagnostic(`\n${text}`)
    assert.deepEqual(findings, [])
  })
}

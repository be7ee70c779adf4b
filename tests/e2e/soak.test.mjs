// The short version of the soak test.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SHORT, soak } from './soak.mjs'
import { backend, browser, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

test('sixty tasks with faults: none is lost, duplicated or wrong', async (context) => {
  const { text, findings } = await soak({ backend, browser, seed: 1, ...SHORT })
  context.diagnostic(`\n${text}`)
  assert.deepEqual(findings, [])
})

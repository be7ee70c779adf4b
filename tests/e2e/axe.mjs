// Accessibility by axe.

import assert from 'node:assert/strict'
import axe from 'axe-core'

/**
 * Fails if axe finds a violation, on the whole page or in the element that `within` selects. axe runs
 * in the page itself: a builder would open another page for the results of frames, of which there are none.
 */
export async function assertAccessible(page, state, { within = 'html' } = {}) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const found = await page.evaluate(async (within) => {
    const { violations } = await globalThis.axe.run(within, { resultTypes: ['violations'] })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  }, within)
  assert.deepEqual(found, [], state)
}

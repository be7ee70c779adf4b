// Each test that a table in docs names exists.

import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** All test sources of the repository, as one text. */
async function sources() {
  const texts = []
  for (const [folder, ending] of [['src', '.rs'], ['crates', '.rs'], ['tests/web', '.rs'], ['tests/http', '.rs'], ['tests/e2e', '.test.mjs']]) {
    for (const entry of await readdir(`${root}/${folder}`, { recursive: true })) {
      if (entry.endsWith(ending) && !entry.includes('node_modules')) texts.push(await readFile(`${root}/${folder}/${entry}`, 'utf8'))
    }
  }
  return texts.join('\n')
}

for (const document of ['toaster.md', 'survival.md']) {
  test(`each row of docs/${document} names a test that exists`, async () => {
    const table = await readFile(`${root}/docs/${document}`, 'utf8')
    const rows = table.split('\n').filter((line) => line.startsWith('| ') && !/^\| (---|feature|complaint|fault|what happens)/.test(line))
    const all = await sources()
    const has = (name) => ["'", '"', '`'].some((quote) => all.replaceAll("\\'", "'").includes(`test(${quote}${name}${quote}`)) || all.includes(`fn ${name}(`)
    assert.ok(rows.length > 45, `${rows.length} rows`)
    for (const row of rows) {
      const [, name] = row.match(/`([^`]+)` \|$/) ?? []
      assert.ok(name && has(name), row)
    }
  })
}

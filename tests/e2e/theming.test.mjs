// The tables of docs/theming.md list all custom properties and parts.

import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path) => readFile(`${root}/${path}`, 'utf8')

/** The rows of a section's table, as cells without backticks. */
async function table(section) {
  const document = await read('docs/theming.md')
  const [, text] = document.split(`\n## ${section}\n`)
  const rows = text.split('\n## ')[0].split('\n').filter((line) => line.startsWith('| `'))
  return rows.map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim().replaceAll('`', '')))
}

/** The public custom properties of a style sheet with their defaults. */
async function properties(sheet) {
  const css = (await read(`assets/${sheet}`)).replaceAll(/\/\*[^]*?\*\//g, '')
  const found = new Map()
  for (const [, line] of css.matchAll(/:([^;{}]*--ybt-[^;{}]*);/g)) {
    const [, name, value] = line.trim().match(/^var\((--ybt-[a-z-]+), (.*)\)$/)
    // The second is for browsers without `light-dark()`.
    if (!found.has(name)) found.set(name, value.replace('--_', '--ybt-'))
  }
  assert.ok(!/--ybt-[a-z-]+:/.test(css), 'a style sheet sets a public property')
  return found
}

test('docs/theming.md lists the custom properties of the style sheets with their defaults', async () => {
  const sheets = [await properties('toaster.css'), await properties('components.css')]
  const rows = await table('Custom properties')
  assert.ok(rows.length > 25, `${rows.length} rows`)
  const known = [...new Set(sheets.flatMap((sheet) => [...sheet.keys()]))]
  assert.deepEqual(rows.map(([name]) => name).toSorted(), known.toSorted())
  for (const [name, ...defaults] of rows) {
    assert.deepEqual(defaults.slice(0, 2), sheets.map((sheet) => sheet.get(name) ?? ''), name)
  }
})

test('docs/theming.md lists the parts of the markup', async () => {
  const found = new Set()
  for (const folder of ['src/toast', 'src/components']) {
    for (const name of await readdir(`${root}/${folder}`)) {
      if (!name.endsWith('.rs')) continue
      const code = await read(`${folder}/${name}`)
      const patterns = [/\bpart="([^"]+)"/g, /\bpart=\{format!\("([^"]+)"/g, /\bbutton\("([^"]+)", /g]
      const parts = patterns.flatMap((pattern) => [...code.matchAll(pattern)])
      for (const [, words] of parts) for (const word of words.split(' ')) if (word !== '{}') found.add(word)
    }
  }
  const rows = await table('Parts')
  assert.deepEqual(rows.map(([name]) => name).toSorted(), [...found].toSorted())
})

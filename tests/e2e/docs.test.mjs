// What documents refer to exists: tests, files and headings; and nothing refers to anything outside of the repository.

import assert from 'node:assert/strict'
import { readFile, readdir, stat } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
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

/** The files of the repository whose names match, without those that are built or installed. */
async function files(pattern, folder = '') {
  const found = []
  for (const entry of await readdir(`${root}/${folder}`, { withFileTypes: true })) {
    const name = folder + entry.name
    if (entry.isDirectory() && !['node_modules', 'target', 'dist', 'pkg', 'pkg-bundler', 'pkg-smallest', 'pkg-bundler-smallest', '.git'].includes(entry.name)) found.push(...await files(pattern, `${name}/`))
    if (entry.isFile() && pattern.test(name)) found.push(name)
  }
  return found
}

/** The anchors of the headings of a document, as GitHub makes them. */
function anchors(text) {
  const seen = new Map()
  return text.replace(/^```[^]*?^```$/gm, '').split('\n').flatMap((line) => {
    const [, heading] = line.match(/^#+ (.*)$/) ?? []
    if (!heading) return []
    const anchor = heading.replace(/[^\p{L}\p{N} _-]/gu, '').trim().toLowerCase().replaceAll(' ', '-')
    const count = seen.get(anchor) ?? 0
    seen.set(anchor, count + 1)
    return [count === 0 ? anchor : `${anchor}-${count}`]
  })
}

test('each relative link in a document leads to a file and a heading that exist', async () => {
  const documents = await files(/\.md$/)
  assert.ok(documents.length > 15, documents.join())
  const broken = []
  for (const document of documents) {
    const text = (await readFile(`${root}/${document}`, 'utf8')).replace(/^```[^]*?^```$/gm, '').replace(/`[^`\n]*`/g, '')
    for (const [, link, picture] of text.matchAll(/\]\(([^)\s]+)\)|\bsrc(?:set)?="([^"]+)"/g)) {
      const target = link ?? picture
      if (/^[a-z]+:/.test(target)) continue
      const [path, anchor] = target.split('#')
      // `cargo xtask book` puts the scripts of the simulation's page into the site.
      const source = path.replace(/^simulation\//, '../crates/simulation-page/page/')
      const file = path === '' ? `${root}/${document}` : resolve(root, dirname(document), source)
      const isInside = !relative(root, file).startsWith('..')
      const exists = isInside && await stat(file).catch(() => undefined)
      if (!exists || (anchor && !anchors(await readFile(file, 'utf8')).includes(anchor))) broken.push(`${document}: ${target}`)
    }
  }
  assert.deepEqual(broken, [])
})

/** All that a pattern captures in a file. */
async function captured(file, pattern) {
  return [...(await readFile(`${root}/${file}`, 'utf8')).matchAll(pattern)].map(([, name]) => name)
}

/** The options in interfaces of the JavaScript API. */
async function options(...names) {
  const types = await readFile(`${root}/src/embed/types.ts`, 'utf8')
  return names.flatMap((name) => {
    const [, body] = types.match(new RegExp(`^export interface ${name}\\b[^{]*{\\n([^]*?)^}`, 'm')) ?? []
    const found = [...(body ?? '').matchAll(/^ {2}(\w+)\??[:(]/gm)].map(([, option]) => option)
    assert.ok(found.length > 0, `the interface ${name}`)
    return found
  })
}

const WITH = /pub (?:const )?fn (with_\w+)/g

test('each setting, option and attribute is documented', async () => {
  const inRust = (files, pattern = WITH) => Promise.all(files.map((file) => captured(file, pattern)))
  const expected = {
    'settings.md': [
      await inRust([
        'src/settings.rs', 'src/toast/settings.rs', 'src/client/http.rs', 'src/client/http/tus/settings.rs',
        'crates/core/src/policy.rs', 'crates/core/src/upload/policy.rs', 'crates/server-model/src/config.rs',
      ]),
      await captured('src/embed/element.js', /^ {2}'?([\w-]+)'?: \['/gm),
      await options(
        'BackgroundTasksOptions', 'JobOptions', 'RetryOptions', 'UploadOptions', 'TusOptions', 'ToasterOptions'),
    ],
    'toasts.md': [
      await inRust(['src/toast/content.rs']),
      await options('ToastOptions', 'LoadingToastOptions', 'CustomToastOptions'),
    ],
  }
  for (const [page, lists] of Object.entries(expected)) {
    const rows = (await readFile(`${root}/docs/${page}`, 'utf8')).split('\n').filter((line) => line.startsWith('| '))
    const names = lists.flat(2)
    assert.ok(names.length > 20, names.join())
    const missing = names.filter((name) => !rows.some((row) => new RegExp(`\`${name}[^\\w-]`).test(row)))
    assert.deepEqual(missing, [], `docs/${page} has a row for each`)
  }
})

test('no comment or document refers to a document outside of the repository', async () => {
  // In brackets, so that this line does not match itself.
  const outside = /[C]ONTRACT|\b[D]ESIGN\b|\b[P]EERS\b|\b[S]TYLE\.md|[P]RODUCT\.md|[b]rief\.md|\u00A7/
  const found = []
  for (const name of await files(/\.(rs|mjs|js|ts|tsx|md|toml|yaml|yml|html|css)$/)) {
    const lines = (await readFile(`${root}/${name}`, 'utf8')).split('\n')
    lines.forEach((line, index) => { if (outside.test(line)) found.push(`${name}:${index + 1}: ${line.trim()}`) })
  }
  assert.deepEqual(found, [])
})

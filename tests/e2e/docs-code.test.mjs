// The TypeScript of the documents compiles against the package's types. Rust is compiled by doctests (src/lib.rs).

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const react = `${root}/examples/vite-react`

/** Frameworks that no example installs. */
const NOT_INSTALLED = /from '(vue|svelte\/store|@angular\/core)'/

test('the TypeScript in the documents compiles', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'docs-code-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  let count = 0
  for (const path of [
    'README', 'README.zh-CN', 'docs/any-site', 'docs/languages', 'docs/migrating-from-sonner', 'docs/migrating-from-uppy',
    'docs/settings', 'docs/sign-in', 'docs/toasts',
  ]) {
    const name = path.replace('docs/', '')
    const text = await readFile(`${root}/${path}.md`, 'utf8')
    for (const [, extension, code] of text.matchAll(/^```(tsx?)\n([^]*?)^```$/gm)) {
      if (NOT_INSTALLED.test(code)) continue
      count += 1
      // A first comment names the file that other blocks import.
      const [, file] = code.match(/^\/\/ ([\w-]+\.ts)\n/) ?? [, `${name}-${count}.${extension}`]
      await writeFile(join(folder, file), code)
    }
  }
  assert.ok(count > 5, `${count} blocks`)
  const types = `${react}/node_modules/@types/react`
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'], module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx',
      noEmit: true, strict: true, noUncheckedIndexedAccess: true, skipLibCheck: true, types: [],
      paths: {
        'yew-background-tasks': [`${root}/pkg/yew_background_tasks.d.ts`],
        react: [types], 'react/jsx-runtime': [`${types}/jsx-runtime.d.ts`],
      },
    },
  }))
  try {
    execFileSync('node', [`${react}/node_modules/typescript/bin/tsc`, '-p', folder], { encoding: 'utf8', timeout: 120_000 })
  } catch (error) {
    assert.fail(error.stdout || error.message)
  }
})

// No build contains a path of the machine that built it.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

const builds = {
  'the demo': process.env.DIST,
  'the Yew app': process.env.YEW_APP,
  'the package for the web': here('../../pkg'),
  'the package for bundlers': here('../../pkg-bundler'),
}

const sysroot = execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).trim()
const own = [homedir(), process.env.CARGO_HOME, sysroot, here('../..').replace(/\/$/, '')]
const anywhere = ['.cargo/registry', 'registry/src', '.rustup/toolchains', '/home/', '/Users/']
const forbidden = [...own, ...anywhere].filter(Boolean)

describe('paths', () => {
  for (const [name, folder] of Object.entries(builds)) {
    test(`${name} contains none of the machine's paths`, async () => {
      const modules = (await readdir(folder)).filter((file) => file.endsWith('.wasm'))
      assert.ok(modules.length > 0, `no WASM in ${folder}`)
      for (const module of modules) {
        const bytes = await readFile(join(folder, module), 'latin1')
        for (const path of forbidden) {
          const at = bytes.indexOf(path)
          assert.equal(at, -1, `${module} contains ${JSON.stringify(bytes.slice(at, at + 120))}`)
        }
      }
    })
  }
})

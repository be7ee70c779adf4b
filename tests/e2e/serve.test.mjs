// `trunk serve` without options serves a debug build of the page and proxies the backend.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'

/** A free port. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('trunk serve builds the demo and serves it', { timeout: 600_000 }, async () => {
  const port = await freePort()
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const options = { cwd: root, env: { ...process.env, NO_COLOR: 'true' } }
  // A separate folder, because other tests use the release build in dist.
  const trunk = spawn('trunk', ['serve', '--port', String(port), '--dist', 'target/served'], options)
  try {
    await new Promise((resolve, reject) => {
      const lines = []
      for (const output of [trunk.stdout, trunk.stderr]) {
        createInterface(output).on('line', (line) => {
          lines.push(line)
          if (line.includes('server listening')) resolve()
        })
      }
      trunk.once('exit', (code) => reject(new Error(`trunk ended with ${code}:\n${lines.join('\n')}`)))
    })
    const page = await fetch(`http://127.0.0.1:${port}/`)
    assert.equal(page.status, 200)
    assert.match(await page.text(), /yew-background-tasks/)
  } finally {
    trunk.kill()
  }
})

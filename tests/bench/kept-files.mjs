// What copies of files cost: time and memory for a large one, and how much an upload is slowed down.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { large } from '../e2e/large-file.mjs'
import { parts, withoutPrivateFiles } from '../e2e/kept-copies.mjs'
import { launchOnDisk, startBackend } from '../e2e/support.mjs'

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: `${2 ** 31 - 2 ** 20}` },
    upload: { type: 'string', default: '500000000' },
    rounds: { type: 'string', default: '3' },
  },
})
const PLACES = [['private files', undefined], ['IndexedDB', withoutPrivateFiles]]

/** The memory of this process's descendants in MB: shared pages count in part. */
async function memory() {
  const parents = new Map()
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    // It may have ended.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    parents.set(pid, stat.slice(stat.lastIndexOf(')')).split(' ')[2])
  }
  const isOwn = (pid) => pid !== undefined && (pid === `${process.pid}` || isOwn(parents.get(pid)))
  let sum = 0
  for (const pid of parents.keys()) {
    if (pid === `${process.pid}` || !isOwn(pid)) continue
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    sum += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
  }
  return sum / 1_024
}

const asksNothing = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
const median = (numbers) => numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)]
const seconds = (milliseconds) => `${(milliseconds / 1_000).toFixed(1)} s`

const backend = await startBackend()
const folder = await mkdtemp(join(tmpdir(), 'profile-'))
const browser = await launchOnDisk(folder)

/** Starts an upload of a file of the disk, and returns when that was. */
async function upload(page, path) {
  await page.getByRole('button', { name: 'Open storage' }).click()
  await page.getByRole('tab', { name: 'Upload' }).click()
  await page.setInputFiles('input[type=file]', path)
  const start = performance.now()
  await page.click('[data-upload]')
  await page.waitForFunction(() => backgroundTasks.tasks().length)
  return start
}

async function start(query, init) {
  const world = backend.world()
  const page = await browser.newPage()
  if (init) await page.addInitScript(init)
  page.on('dialog', (dialog) => dialog.accept())
  await page.goto(`${backend.address}/?${world.query}&${query}`)
  await page.waitForFunction(() => globalThis.backgroundTasks)
  return [world, page]
}

try {
  await large(Number(values.bytes), async (path) => {
    for (const [place, init] of PLACES) {
      const [world, page] = await start('keep=1', init)
      // The server reads nothing, so that only the copy is measured.
      await world.faults({ on: 'upload', times: null, fault: 'stall' })
      const before = await memory()
      const begun = await upload(page, path)
      const done = page.waitForFunction(asksNothing, undefined, { timeout: 300_000 }).then(() => performance.now())
      let [highest, ended] = [0, undefined]
      done.then((time) => { ended = time })
      while (ended === undefined) highest = Math.max(highest, await memory())
      console.log(`${place}: ${values.bytes} bytes in ${seconds(ended - begun)}, ${await parts(page)} parts; memory ${before.toFixed()} MB before, at most ${highest.toFixed()} MB`)
      await page.evaluate(() => backgroundTasks.cancel(backgroundTasks.tasks()[0].id))
      await page.close()
    }
  })
  await large(Number(values.upload), async (path) => {
    const times = new Map()
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const [name, query, init] of [['no copy', 'keep=0'], ...PLACES.map(([place, init]) => [place, 'keep=1', init])]) {
        const [, page] = await start(query, init)
        const begun = await upload(page, path)
        await page.waitForFunction(() => ['succeeded', 'failed'].includes(backgroundTasks.tasks()[0].state), undefined, { timeout: 300_000 })
        const [{ state, error }] = await page.evaluate(() => backgroundTasks.tasks())
        if (state !== 'succeeded') throw new Error(`the upload has ${state}: ${error}`)
        times.set(name, [...times.get(name) ?? [], performance.now() - begun])
        await page.close()
      }
    }
    const alone = median(times.get('no copy'))
    for (const [name, all] of times) {
      console.log(`an upload of ${values.upload} bytes, ${name}: ${all.map(seconds).join(', ')}; ${(median(all) / alone).toFixed(2)} ×`)
    }
  })
} finally {
  await browser.close()
  await rm(folder, { recursive: true })
  backend.stop()
}

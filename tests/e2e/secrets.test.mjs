// Neither tokens nor headers nor the contents of files are stored.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, close, withBarePage } from './bare.mjs'

withBarePage()

const SECRETS = { token: 'token-5b1f', header: 'account-77c0', content: 'content-e21d' }

/** All that the page has stored wherever a page can store something, as texts. */
const stored = (page) => page.evaluate(async () => {
  const texts = [document.cookie]
  for (const storage of [localStorage, sessionStorage]) texts.push(...Object.entries(storage).flat())
  const result = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const textOf = async (value) => value instanceof Blob ? value.text() : JSON.stringify(value) ?? ''
  for (const { name } of await indexedDB.databases()) {
    const database = await result(indexedDB.open(name))
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store)
      for (const value of [await result(objects.getAllKeys()), await result(objects.getAll())].flat()) {
        texts.push(await textOf(value))
        for (const part of Object.values(Object(value))) texts.push(await textOf(part))
      }
    }
    database.close()
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) texts.push(request.url, await (await cache.match(request)).text())
  }
  return texts
})

test('no token, header or file content is stored, in no form', async () => {
  const page = await bare()
  await page.world.plan({ upload_bytes_per_second: 20_000, video: { queued_ms: 0, running_ms: 60_000 } })
  await page.world.faults({ on: 'video-status', id: 'q-refused', fault: { status: 403 }, times: null })
  await page.evaluate(({ token, header, content }) => {
    globalThis.tasks = new BackgroundTasks({
      baseUrl: base, intervalMs: 100, resumableUploads: true,
      headers: { 'x-account': header }, token: async () => token,
    })
    tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-running')
    tasks.startVideoProcessingTask(8, 'refused.mp4', 'q-refused')
    tasks.upload(new File([content.repeat(20_000)], 'notes.txt'), { title: 'My notes' })
  }, SECRETS)
  await page.evaluate(() => until(() =>
    ['uploading', 'running', 'failed'].every((state) => tasks.tasks().some((task) => task.state === state))
    && tasks.tasks().some(({ kind, progress }) => kind === 'upload' && progress > 0)))
  const [sent] = (await page.world.requests()).filter(({ operation }) => operation === 'video-status')
  assert.equal(sent.headers['x-account'], SECRETS.header, 'the secrets are in use')
  assert.match(sent.headers.authorization, new RegExp(SECRETS.token))
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide')))
  const texts = await stored(page)
  for (const title of ['talk.mp4', 'refused.mp4', 'My notes']) {
    assert.ok(texts.some((text) => text.includes(title)), `${title} is stored, so that its record is searched`)
  }
  for (const [name, secret] of Object.entries(SECRETS)) {
    for (const form of [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), Buffer.from(secret).toString('hex')]) {
      assert.deepEqual(texts.filter((text) => text.includes(form)), [], name)
    }
  }
  await page.evaluate(() => tasks.destroy())
  await close(page, [/403/])
})

// Several instances on one page: separate, or with one store.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAST, SLOW, bare, close, ready, withBarePage } from './bare.mjs'
import { eventually } from './support.mjs'

withBarePage()

const checks = async (page) => (await page.world.requests()).filter(({ operation }) => operation.endsWith('-status'))
/** Waits until the server has received this many status requests. */
const asked = (page, times) => eventually(async () => (await checks(page)).length >= times)

test('two instances have separate tasks, toasts, settings and lifetimes', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  const seen = await page.evaluate(() => {
    globalThis.one = new BackgroundTasks({ baseUrl: base, position: 'top-left' })
    globalThis.two = new BackgroundTasks({ baseUrl: base, position: 'bottom-right', lang: 'zh-CN' })
    one.startVideoProcessingTask(7, 'one.mp4', 'q-1')
    two.startVideoProcessingTask(8, 'two.mp4', 'q-2')
    one.toast.message('Of one', { id: 'same' })
    two.toast.message('Of two', { id: 'same' })
    two.toast.configure({ visibleToasts: 1 })
    return [one, two].map((tasks) => [tasks.tasks().map(({ title }) => title), tasks.toast.toasts().map(({ title }) => title)])
  })
  assert.deepEqual(seen.map(([tasks]) => tasks), [['one.mp4'], ['two.mp4']])
  const toasts = (position) => page.locator(`[data-position=${position}] [data-title]`)
  await page.waitForFunction(() => one.tasks()[0].state === 'running' && two.tasks()[0].state === 'running')
  await toasts('bottom-right').getByText('正在处理：two.mp4').waitFor()
  await toasts('top-left').getByText('Processing: one.mp4').waitFor()
  assert.equal(await toasts('top-left').count(), 2)
  await page.evaluate(() => one.destroy())
  assert.equal(await toasts('top-left').count(), 0)
  assert.equal(await toasts('bottom-right').count(), 2)
  const { length } = await checks(page)
  await asked(page, length + 3)
  const after = (await checks(page)).slice(length)
  assert.deepEqual([...new Set(after.flatMap(({ ids }) => ids))], ['q-2'], 'the other instance continues')
  await close(page)
})

test('instances with one store share their tasks, and one of them polls the server', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  await page.evaluate(() => {
    globalThis.one = new BackgroundTasks({ baseUrl: base, store: 'shared' })
    globalThis.two = new BackgroundTasks({ baseUrl: base, store: 'shared' })
    globalThis.three = new BackgroundTasks({ baseUrl: base, store: 'other' })
    globalThis.id = one.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
  })
  await page.waitForFunction(() => two.tasks()[0]?.state === 'running')
  assert.deepEqual(await page.evaluate(() => three.tasks()), [])
  await asked(page, 3)
  // The times at which they were sent: when they arrive depends on the machine.
  const sent = await page.evaluate(() => performance.getEntriesByType('resource')
    .filter(({ name }) => name.includes('/status/')).map(({ startTime }) => startTime))
  assert.ok(sent.length >= 2, `${sent.length} checks sent`)
  for (const [index, at] of sent.slice(1).entries()) {
    assert.ok(at - sent[index] >= 900, 'a second between two checks of any instance')
  }
  for (const { concurrency } of await checks(page)) assert.equal(concurrency, 1)
  await page.evaluate(() => two.cancel(id))
  await page.waitForFunction(() => one.tasks()[0].state === 'cancelled')
  await page.evaluate(() => { one.destroy(); globalThis.next = two.startVideoProcessingTask(8, 'next.mp4', 'q-2') })
  await page.world.plan(FAST)
  assert.equal(await page.evaluate(() => two.finished(next).then(({ state }) => state)), 'succeeded', 'the other instance takes over')
  await close(page)
})

test('after a reload each instance continues its own tasks, and one without a store has none', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  const make = () => page.evaluate(() => {
    const stores = [{}, {}, { store: 'named' }, { store: null }]
    globalThis.all = stores.map((store) => new BackgroundTasks({ baseUrl: base, ...store }))
  })
  await make()
  await page.evaluate(() => all.forEach((tasks, index) => tasks.startVideoProcessingTask(index, `${index}.mp4`, `q-${index}`)))
  await asked(page, 4)
  await page.reload()
  await ready(page)
  await make()
  await page.waitForFunction(() => all[2].tasks().length === 1)
  const titles = await page.evaluate(() => all.map((tasks) => tasks.tasks().map(({ title }) => title)))
  assert.deepEqual(titles, [['0.mp4'], ['1.mp4'], ['2.mp4'], []])
  const keys = await page.evaluate(() => Object.keys(localStorage).sort())
  assert.ok(keys.every((key) => key.startsWith('background-tasks:')), String(keys))
  assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes('3.mp4'))
  await close(page)
})

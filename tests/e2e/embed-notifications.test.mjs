// System notifications from JavaScript: notifications() and setNotifications().

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, close, withBarePage } from './bare.mjs'
import { setVisibility } from './support.mjs'

withBarePage()

/** Stands in for `Notification`, since a browser without windows shows none; `answer` is the user's. */
const pretend = () => {
  globalThis.asked = 0
  globalThis.constructed = []
  globalThis.answer = Promise.withResolvers()
  globalThis.Notification = class extends EventTarget {
    static permission = 'default'

    static async requestPermission() {
      asked += 1
      Notification.permission = await answer.promise
      return Notification.permission
    }

    constructor(title) {
      super()
      constructed.push(title)
    }

    close() {}
  }
}

const open = async (store = null) => {
  const page = await bare(undefined, { init: pretend })
  await page.evaluate((store) => {
    globalThis.tasks = new BackgroundTasks({ store, intervalMs: 10, client: { status: async () => ({ status: 'done' }) } })
  }, store)
  return page
}

test('the user is asked only by setNotifications(true), and its promise has the decision', async () => {
  const page = await open()
  const seen = await page.evaluate(async () => {
    const states = [tasks.notifications()]
    await tasks.finished(tasks.startEmbeddingTask(7, 'before.mp4'))
    const askedBefore = asked
    const turnedOn = tasks.setNotifications(true)
    states.push(tasks.notifications())
    answer.resolve('granted')
    states.push(await turnedOn, tasks.notifications())
    return { states, askedBefore, asked }
  })
  assert.deepEqual(seen, { states: ['off', 'off', 'on', 'on'], askedBefore: 0, asked: 1 })
  await setVisibility(page, 'hidden')
  const titles = await page.evaluate(async () => {
    await tasks.finished(tasks.startEmbeddingTask(8, 'after.mp4'))
    const titles = [...constructed]
    const off = await tasks.setNotifications(false)
    await tasks.finished(tasks.startEmbeddingTask(9, 'silent.mp4'))
    return [...titles, off, constructed.length, asked]
  })
  assert.match(titles[0], /after\.mp4/)
  assert.deepEqual(titles.slice(1), ['off', 1, 1])
  await close(page)
})

test('a refusal and a browser without notifications are states', async () => {
  const page = await open()
  const states = await page.evaluate(async () => {
    answer.resolve('denied')
    const states = [await tasks.setNotifications(true), tasks.notifications()]
    delete globalThis.Notification
    const other = new BackgroundTasks({ store: null })
    states.push(other.notifications(), await other.setNotifications(true))
    return states
  })
  assert.deepEqual(states, ['blocked', 'blocked', 'unsupported', 'unsupported'])
  await close(page)
})

test('destroy() rejects the promise while the user decides', async () => {
  const page = await open()
  const name = await page.evaluate(async () => {
    const reason = tasks.setNotifications(true).then(() => 'resolved', ({ name }) => name)
    tasks.destroy()
    return reason
  })
  assert.equal(name, 'AbortError')
  await close(page)
})

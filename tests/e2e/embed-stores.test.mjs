// Store names: which instances share their tasks, and how everything under a name is forgotten.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SLOW, bare, close, ready, withBarePage } from './bare.mjs'
import { eventually } from './support.mjs'

withBarePage()

/** What the browser reports for requests below a base that the server does not have. */
const NOT_FOUND = /status of 404/

/** Another tab of the same browser and world. */
async function anotherTab(page) {
  const tab = await page.context().newPage()
  tab.world = page.world
  await tab.goto(page.url())
  await ready(tab)
  return tab
}

/** Sets up an instance per entry of `options` as `all`, each with one task that is named for it. */
const startIn = (page, options) => page.evaluate((options) => {
  globalThis.all = options.map(({ base: suffix = '', ...own }, index) => {
    const tasks = new BackgroundTasks({ baseUrl: base + suffix, intervalMs: 100, ...own })
    tasks.startVideoProcessingTask(index, `${index}.mp4`, `q-${index}`)
    return tasks
  })
}, options)

/** The titles of the tasks of instances that are set up with `options` for this. */
const titlesIn = (page, options) => page.evaluate((options) => {
  const all = options.map(({ base: suffix = '', ...own }) => new BackgroundTasks({ baseUrl: base + suffix, ...own }))
  const titles = all.map((tasks) => tasks.tasks().map(({ title }) => title))
  for (const tasks of all) tasks.destroy()
  return titles
}, options)

const titles = (page) => page.evaluate(() => all.map((tasks) => tasks.tasks().map(({ title }) => title)))
const keys = (page) => page.evaluate(() => Object.keys(localStorage).sort())
/** Destroys the instances, which writes what is not stored yet. */
const leave = (page) => page.evaluate(() => { for (const tasks of all) tasks.destroy() })

test('apps on one origin with different API bases share no tasks, and spellings of one base are the same', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  await startIn(page, [{ base: '' }, { base: '/v2' }])
  await leave(page)
  const tab = await anotherTab(page)
  assert.deepEqual(await titlesIn(tab, [{ base: '' }, { base: '/v2' }, { base: '/v3' }]), [['0.mp4'], ['1.mp4'], []])
  for (const spelling of ['/v2/', '/v2//', '/v1/../v2', '/v2?a=b', '/v2#c']) {
    assert.deepEqual(await titlesIn(tab, [{ base: spelling }]), [['1.mp4']], spelling)
  }
  const absolute = await tab.evaluate(() => {
    const tasks = new BackgroundTasks({ baseUrl: new URL(`${base}/v2`, location.href).href })
    const titles = tasks.tasks().map(({ title }) => title)
    tasks.destroy()
    return titles
  })
  assert.deepEqual(absolute, ['1.mp4'])
  await close(page, [NOT_FOUND])
})

test('an empty base is the root of the origin', async () => {
  const page = await bare()
  await page.evaluate(() => {
    const client = { status: async () => ({ status: 'running' }) }
    for (const baseUrl of ['', '/', ' / ', location.origin]) {
      const tasks = new BackgroundTasks({ client, baseUrl })
      tasks.startEmbeddingTask(baseUrl || 'empty', 'talk.mp4')
      tasks.destroy()
    }
  })
  const stores = (await keys(page)).map((key) => key.split('/')[0])
  const origin = await page.evaluate(() => location.origin.replaceAll('/', '%2F'))
  assert.deepEqual(stores, Array(4).fill(`background-tasks:${origin}%2F`))
  await close(page)
})

test('two tabs of two apps do not poll each other\'s tasks', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  const tab = await anotherTab(page)
  await startIn(page, [{ base: '' }])
  await tab.evaluate(() => { globalThis.all = [new BackgroundTasks({ baseUrl: `${base}/v2` })] })
  await eventually(async () => (await page.world.requests()).length >= 3)
  assert.deepEqual([await titles(page), await titles(tab)], [[['0.mp4']], [[]]])
  await close(page)
})

test('unnamed instances take the first free name, which is free again after destroy()', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  await startIn(page, [{}, {}, {}])
  await leave(page)
  const absolute = await page.evaluate(() => new URL(base, location.href).href)
  const expected = ['', '-2', '-3'].map((suffix) => `background-tasks:${absolute.replaceAll('/', '%2F')}%2F${suffix}`)
  assert.deepEqual((await keys(page)).map((key) => key.split('/')[0]).sort(), expected)
  const again = await page.evaluate(() => {
    const create = () => new BackgroundTasks({ baseUrl: base })
    const title = (tasks) => tasks.tasks().map(({ title }) => title).join()
    const [one, two] = [create(), create()]
    one.destroy()
    const three = create()
    return [title(two), title(three)]
  })
  assert.deepEqual(again, ['1.mp4', '0.mp4'])
  await close(page)
})

test('instances with a client and no baseUrl have the default name tasks', async () => {
  const page = await bare()
  await page.evaluate(() => {
    const tasks = new BackgroundTasks({ client: { status: async () => ({ status: 'running' }) } })
    tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    tasks.destroy()
  })
  const [key, ...others] = await keys(page)
  assert.match(key, /^background-tasks:tasks\/video_7_\d+$/)
  assert.deepEqual(others, [])
  await close(page)
})

test('tasks that version 1 stored go to the first unnamed instance, and to no other', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  await page.evaluate(() => {
    const started = Date.now()
    const monitor = {
      attachment: 7, job: 'q-81f3', progress: null, begun: false, checks: 0, follow_up: null, starts: 0, may_have_started: false,
      run: 0, seed: 1, not_before: null, failures: null, end: null,
    }
    const task = { id: `video_7_${started}`, title: 'old.mp4', started, ended: null, closed: false, work: { job: { kind: 'video', monitor } } }
    localStorage.setItem('background-tasks:tasks', JSON.stringify({ version: 1, tasks: [task] }))
  })
  const stores = [{ store: 'named' }, { base: '/v2' }, { base: '' }]
  await page.evaluate((stores) => {
    globalThis.all = stores.map(({ base: suffix = '', ...own }) => new BackgroundTasks({ baseUrl: base + suffix, ...own }))
  }, stores)
  assert.deepEqual(await titles(page), [[], ['old.mp4'], []])
  await leave(page)
  const stored = await keys(page)
  assert.equal(stored.length, 1)
  assert.match(stored[0], /%2Fv2%2F\/video_7_\d+$/)
  assert.deepEqual(await titlesIn(page, stores), [[], ['old.mp4'], []])
  await close(page, [NOT_FOUND])
})

test('the choice about notifications is not taken for tasks of a store with that name', async () => {
  const page = await bare()
  const problems = []
  page.on('console', (message) => problems.push(message.text()))
  const kept = await page.evaluate(() => {
    localStorage.setItem('background-tasks:notifications', 'on')
    const tasks = new BackgroundTasks({ store: 'notifications' })
    tasks.forget()
    tasks.destroy()
    BackgroundTasks.forgetStore('notifications')
    return localStorage.getItem('background-tasks:notifications')
  })
  assert.equal(kept, 'on')
  assert.deepEqual(problems, [])
  await close(page)
})

test('forget() removes tasks, records and toasts in all tabs, cancels nothing, and leaves other stores alone', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  const stores = [{ store: 'ann' }, { store: 'ann/b' }, { store: 'ann!' }]
  await startIn(page, stores)
  const tab = await anotherTab(page)
  await tab.evaluate((stores) => {
    globalThis.all = stores.map((own) => new BackgroundTasks({ baseUrl: base, ...own }))
  }, stores)
  await tab.waitForFunction(() => all.every((tasks) => tasks.tasks()[0]?.state === 'running'))
  await page.waitForFunction(() => all.every((tasks) => tasks.tasks()[0]?.state === 'running'))
  const shown = (page) => page.locator('[data-toast]').evaluateAll((toasts) => toasts.map(({ dataset }) => dataset.toastId))
  await page.evaluate(() => {
    globalThis.cleared = []
    globalThis.forgotten = all[0].tasks()[0].id
    all[0].subscribe(() => {}, ({ title }) => cleared.push(title))
    all[0].forget()
  })
  const forgotten = await page.evaluate(() => globalThis.forgotten)
  await tab.waitForFunction(() => all[0].tasks().length === 0)
  for (const each of [page, tab]) {
    assert.deepEqual(await titles(each), [[], ['1.mp4'], ['2.mp4']])
    await eventually(async () => !(await shown(each)).includes(forgotten))
  }
  assert.deepEqual(await page.evaluate(() => cleared), ['0.mp4'])
  await leave(page)
  await leave(tab)
  assert.deepEqual((await keys(page)).filter((key) => /\bann\//.test(key)), [])
  assert.deepEqual(await titlesIn(page, stores), [[], ['1.mp4'], ['2.mp4']])
  const cancelled = (await page.world.requests()).filter(({ operation }) => operation === 'video-cancel')
  assert.deepEqual(cancelled, [])
  await close(page)
})

test('an instance goes on after forget(): what is started then is stored and shown', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  await startIn(page, [{ store: 'ann' }])
  await page.evaluate(() => {
    all[0].forget()
    all[0].startVideoProcessingTask(8, 'next.mp4', 'q-8')
  })
  assert.deepEqual(await titles(page), [['next.mp4']])
  await leave(page)
  assert.deepEqual(await titlesIn(page, [{ store: 'ann' }]), [['next.mp4']])
  await close(page)
})

test('forgetStore() forgets without an instance, also in a tab that is blocked meanwhile', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  const tab = await anotherTab(page)
  await startIn(tab, [{ store: 'ann' }])
  await tab.waitForFunction(() => all[0].tasks()[0].state === 'running')
  // The dialog stops the tab until it is closed.
  const dialog = tab.waitForEvent('dialog')
  const blocked = tab.evaluate(() => alert('blocked'))
  const { accept } = await dialog.then((dialog) => ({ accept: () => dialog.accept() }))
  await page.evaluate(() => BackgroundTasks.forgetStore('ann'))
  assert.deepEqual((await keys(page)), ['background-tasks:ann!'])
  assert.deepEqual(await titlesIn(page, [{ store: 'ann' }]), [[]])
  await accept()
  await blocked
  await tab.waitForFunction(() => all[0].tasks().length === 0)
  await leave(tab)
  assert.deepEqual(await titlesIn(page, [{ store: 'ann' }]), [[]])
  assert.deepEqual((await keys(page)), ['background-tasks:ann!'])
  await close(page)
})

test('a store name that is empty or not a string throws a TypeError that names it', async () => {
  const page = await bare({ store: null })
  const thrown = await page.evaluate(() => {
    const message = (call) => {
      try {
        return call()
      } catch (error) {
        return `${error.name}: ${error.message}`
      }
    }
    const wrong = ['', 7, {}, false]
    return [
      ...wrong.map((store) => message(() => new BackgroundTasks({ store }))),
      ...[...wrong, null, undefined].map((store) => message(() => BackgroundTasks.forgetStore(store))),
    ]
  })
  assert.deepEqual(thrown, [
    ...Array(4).fill('TypeError: store must be a non-empty string, or null'),
    ...Array(6).fill('TypeError: store must be a non-empty string'),
  ])
  await close(page)
})

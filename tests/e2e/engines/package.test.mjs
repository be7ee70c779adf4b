// The built package in each engine, on pages of strangers, under the strictest policy that it must support.

import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { POLICY, bareFolder, bundledFolder, root } from '../package-support.mjs'
import { video } from '../support.mjs'
import { openTab, serve, withEngine, world } from './engine.mjs'

const withPolicy = (folder) => serve(folder, POLICY)

withEngine(async () => {
  const folder = await bareFolder()
  const server = await withPolicy(folder)
  await rm(folder, { recursive: true })
  return server
})

const LONG = { queued_ms: 0, running_ms: 60_000 }
const AT_ONCE = { queued_ms: 0, running_ms: 0 }

/** Opens the page with the class at hand; with `options`, an instance is created as `tasks`. */
async function bare(w, options) {
  const page = await openTab()
  await page.until(() => !!globalThis.BackgroundTasks)
  await page.evaluate(([base, options]) => {
    globalThis.base = base
    if (options) globalThis.tasks = new BackgroundTasks({ baseUrl: base, intervalMs: 100, ...options })
  }, [w.base, options ?? null])
  return page
}

/** Fails if the page had a problem, such as a violation of the policy. */
async function assertNoProblems(page) {
  const policy = await page.evaluate(async () => (await fetch(location.href)).headers.get('content-security-policy'))
  assert.equal(policy, POLICY)
  await page.collect()
  assert.deepEqual(page.problems, [])
}

test('the class follows a task from start to end, also after a reload', async () => {
  const w = world()
  await w.plan({ video: LONG })
  const page = await bare(w, {})
  const id = await page.evaluate(() => tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await page.waitFor(`[data-toast-id="${id}"][data-kind=loading]`)
  await page.until(() => tasks.tasks()[0].progress >= 1)
  await page.reload()
  await page.until(() => !!globalThis.BackgroundTasks)
  await page.evaluate((base) => { globalThis.tasks = new BackgroundTasks({ baseUrl: base, intervalMs: 100 }) }, w.base)
  await page.waitFor(`[data-toast-id="${id}"][data-kind=loading]`)
  await w.plan({ video: AT_ONCE })
  assert.equal(await page.evaluate(async (id) => (await tasks.finished(id)).state, id), 'succeeded')
  await page.waitFor(`[data-toast-id="${id}"][data-kind=success]`)
  assert.match(await page.text(`[data-toast-id="${id}"]`), /Video processing completed: talk\.mp4/)
  await assertNoProblems(page)
})

test('the element starts by its attributes, shows toasts in its shadow tree, and its indicator opens the list', async () => {
  const w = world()
  await w.plan({ video: LONG })
  const page = await bare(w)
  await page.evaluate((base) => {
    document.body.insertAdjacentHTML('beforeend', `<background-tasks base-url="${base}" position="top-right" indicator></background-tasks>`)
    globalThis.heard = []
    const element = document.querySelector('background-tasks')
    element.addEventListener('taskchange', ({ detail }) => heard.push(detail.state))
    element.api.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
  }, w.base)
  await page.waitFor('[data-position=top-right] [data-toast][data-kind=loading]')
  assert.equal(await page.evaluate(() => document.querySelectorAll('[data-toast]').length), 0, 'the toasts are in a shadow tree')
  await page.click('[data-tasks-indicator]')
  await page.click('[data-task] button', 'Cancel: talk.mp4')
  await page.waitFor('[data-task][data-task-state=cancelled]')
  await page.until(() => heard.at(-1) === 'cancelled')
  await assertNoProblems(page)
})

test('destroy() removes every node, and a destroyed instance says so', async () => {
  const w = world()
  const page = await bare(w, {})
  await page.evaluate(() => tasks.toast.success('Saved', { duration: Infinity }))
  await page.waitFor('[data-toast]')
  const message = await page.evaluate(() => {
    tasks.destroy()
    try {
      tasks.tasks()
    } catch (error) {
      return error.message
    }
  })
  assert.equal(message, 'this BackgroundTasks instance was destroyed')
  await page.waitUntilGone('[data-background-tasks]')
  await assertNoProblems(page)
})

test('toasts are above a popover that is shown later, and keep the focus', async () => {
  const page = await bare(world(), {})
  const show = (title) => page.evaluate((title) => {
    globalThis.retries ??= []
    tasks.toast.error(title, { id: title, duration: Infinity, action: { label: 'Retry', closes: false, onClick: () => retries.push(title) } })
  }, title)
  await show('one')
  await page.waitFor('[data-toast-id=one] [data-action]')
  await page.focus('[data-toast-id=one] [data-action]')
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<div id="cover" popover="manual">Cover</div>')
    const cover = document.querySelector('#cover')
    for (const [name, value] of Object.entries({ width: '100vw', height: '100vh', margin: 0 })) cover.style[name] = value
    cover.showPopover()
  })
  await page.click('[data-toast-id=one] [data-action]')
  assert.equal(await page.evaluate(() => focused().textContent), 'Retry')
  await show('two')
  await page.click('[data-toast-id=two] [data-action]')
  assert.deepEqual(await page.evaluate(() => retries), ['one', 'two'])
  await assertNoProblems(page)
})

test('a modal dialog in a shadow tree of the page contains the toasts until it closes', async () => {
  const page = await bare(world(), {})
  await page.evaluate(() => {
    globalThis.retries = 0
    tasks.toast.error('Failed', { duration: Infinity, action: { label: 'Retry', closes: false, onClick: () => { retries += 1 } } })
    const open = (host) => {
      host.attachShadow({ mode: 'open' }).innerHTML = '<dialog><button>Inside</button><x-inner></x-inner></dialog>'
      host.shadowRoot.querySelector('dialog').showModal()
    }
    const outer = document.body.appendChild(document.createElement('x-outer'))
    open(outer)
    open(outer.shadowRoot.querySelector('x-inner'))
  })
  await page.click('[data-action]')
  // The removal of a dialog, and a dialog that closes.
  await page.evaluate(() => document.querySelector('x-outer').shadowRoot.querySelector('x-inner').remove())
  await page.click('[data-action]')
  await page.evaluate(() => document.querySelector('x-outer').shadowRoot.querySelector('dialog').close())
  await page.until(() => document.querySelector('body > [data-background-tasks]')?.shadowRoot.querySelector('[data-action]') != null)
  await page.click('[data-action]')
  assert.equal(await page.evaluate(() => retries), 3)
  assert.equal(await page.count('[data-stand-in]'), 0)
  await assertNoProblems(page)
})

test('the bundled package works: class, element, toasts and a task', async () => {
  const folder = await bundledFolder()
  const server = await withPolicy(folder)
  try {
    await server.world('default').plan({ video: { queued_ms: 0, running_ms: 300 } })
    const page = await openTab('', { at: server })
    await page.until(() => !!globalThis.BackgroundTasks)
    const ended = await page.evaluate(async () => {
      const { api } = document.body.appendChild(document.createElement('background-tasks'))
      return (await api.finished(api.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))).state
    })
    assert.equal(ended, 'succeeded')
    await page.waitFor('[data-toast-id^="video_"][data-kind=success]')
    const simulated = await page.evaluate(async () => {
      const api = new BackgroundTasks({ store: null, intervalMs: 20, simulated: { speed: 100 } })
      return (await api.finished(api.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))).state
    })
    assert.equal(simulated, 'succeeded', 'the simulator is a chunk of its own')
    await assertNoProblems(page)
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
})

/** The examples, and the attribute of a row that contains the state of its task. */
const examples = [
  ['plain HTML', `${root}/examples/plain-html`, 'ul li', 'data-state', true],
  ['React', `${root}/examples/vite-react/dist`, 'ul li', 'data-state', true],
  ['Yew', process.env.YEW_APP, '[data-task]', 'data-task-state', false],
]

/** Opens an example, and uploads the video: immediately, or with a form. */
async function withUpload(server, submits) {
  const page = await openTab('', { at: server })
  await page.waitFor('input[type=file]')
  await page.setFiles('input[type=file]', video)
  if (submits) {
    await page.fill('input:not([type=file])', 'My talk')
    await page.click('button', 'Upload')
  }
  return page
}

for (const [name, folder, row, state, submits] of examples) {
  test(`${name}: a video is uploaded and monitored across a reload, with its toasts`, async () => {
    const server = await withPolicy(folder)
    try {
      const w = server.world('default')
      await w.plan({ video: LONG, embedding: LONG })
      const page = await withUpload(server, submits)
      if (submits) assert.equal(await page.value('input:not([type=file])'), '', 'the form is empty at once')
      await page.waitFor('[data-toast-id^="upload_"][data-kind=success]')
      await page.waitFor('[data-toast-id^="video_"][data-kind=loading]')
      const id = await page.attribute('[data-toast-id^="video_"]', 'data-toast-id')
      await page.reload()
      await page.waitFor(`[data-toast-id="${id}"][data-kind=loading]`)
      await w.plan({ video: AT_ONCE, embedding: { queued_ms: 0, running_ms: 1_000 } })
      await page.waitFor('[data-toast-id^="video_"][data-kind=success]')
      const title = submits ? 'My talk' : 'talk.mp4'
      assert.match(await page.text('[data-toast-id^="video_"]'), new RegExp(`Video processing completed: ${title}`))
      await page.waitFor('[data-toast-id^="embedding_"][data-kind=success]')
      const states = await page.evaluate(([row, state]) => findAll(row).map((one) => one.getAttribute(state)), [row, state])
      assert.deepEqual(states, ['succeeded', 'succeeded', 'succeeded'])
      assert.equal((await w.attachments()).length, 1)
      await assertNoProblems(page)
    } finally {
      await server.stop()
    }
  })

  test(`${name}: a failure shows its reason, and Retry in its toast continues the task`, async () => {
    const server = await withPolicy(folder)
    try {
      const w = server.world('default')
      await w.plan({ video: { queued_ms: 0, running_ms: 200, outcome: 'failed', error: 'No audio track' } })
      const page = await withUpload(server, submits)
      await page.waitFor('[data-toast-id^="video_"][data-kind=error]')
      assert.match(await page.text('[data-toast-id^="video_"]'), /No audio track/)
      await w.plan({ video: { queued_ms: 0, running_ms: 200 } })
      // Another toast may be in front of it.
      await page.hover('[data-front=true]')
      await page.click('[data-toast-id^="video_"] [data-action]')
      await page.waitFor('[data-toast-id^="video_"][data-kind=success]')
      await assertNoProblems(page)
    } finally {
      await server.stop()
    }
  })
}

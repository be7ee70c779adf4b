// Unusual but legitimate uses of an instance by host pages.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SLOW, bare, close, ready, setUp, withBarePage } from './bare.mjs'
import { eventually } from './support.mjs'

withBarePage()

test('the function that unsubscribes ends one subscription only, however often it is called', async () => {
  const page = await bare({})
  await page.world.plan(SLOW)
  const heard = await page.evaluate(async () => {
    const heard = []
    const off = tasks.subscribe(() => heard.push('first'))
    off()
    tasks.subscribe(() => heard.push('second'))
    off()
    tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    await until(() => tasks.tasks()[0].state === 'running' && heard.length > 1)
    return heard
  })
  assert.ok(heard.every((name) => name === 'second'), heard.join())
  await close(page)
})

test('a listener is not called after it was unsubscribed, also between changes that arrive together', async () => {
  const page = await bare()
  const heard = await page.evaluate(async () => {
    // All responses arrive together.
    let answer
    const answers = new Promise((resolve) => { answer = resolve })
    let asked = 0
    const status = () => {
      asked += 1
      return answers
    }
    const tasks = new BackgroundTasks({ client: { status }, store: null })
    for (const id of [1, 2, 3, 4]) tasks.startEmbeddingTask(id, `talk ${id}`)
    await until(() => asked === 4)
    const heard = { all: 0, once: 0, until: 0 }
    tasks.subscribe(() => { heard.all += 1 })
    const off = tasks.subscribe(() => { heard.once += 1; off() })
    tasks.subscribe(() => { heard.until += 1; if (heard.until === 2) tasks.destroy() })
    answer({ status: 'done' })
    await until(() => heard.until === 2)
    // All four changes are published in one task, so missing calls would have been made by now.
    await new Promise((resolve) => setTimeout(resolve))
    return heard
  })
  assert.deepEqual(heard, { all: 2, once: 1, until: 2 })
  await close(page)
})

test('a listener is called with tasks that are removed from the list', async () => {
  const page = await bare({})
  const heard = await page.evaluate(async () => {
    const heard = []
    tasks.subscribe(() => {}, (task) => heard.push([task.id, task.state]))
    const id = tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    tasks.cancel(id)
    await tasks.finished(id)
    tasks.clear(id)
    await until(() => heard.length > 0)
    return { heard, id }
  })
  assert.deepEqual(heard.heard, [[heard.id, 'cancelled']])
  await close(page)
})

test('a reference to toast throws after destroy()', async () => {
  const page = await bare({})
  const said = await page.evaluate(() => {
    const { toast } = tasks
    tasks.destroy()
    const calls = [() => toast.success('Saved'), () => toast.toasts(), () => toast.dismiss(), () => toast.configure({})]
    return calls.map((call) => { try { call(); return 'nothing' } catch (error) { return error.message } })
  })
  for (const text of said) assert.equal(text, 'this BackgroundTasks instance was destroyed')
  await close(page)
})

test('nodes that cannot be in a toast are rejected, and others are shown', async () => {
  const page = await bare({})
  const said = await page.evaluate(() => {
    const around = document.createElement('div')
    document.body.append(around)
    new BackgroundTasks({ element: around, store: null })
    const frame = document.body.appendChild(document.createElement('iframe'))
    const far = frame.contentDocument.createElement('b')
    far.textContent = 'From a frame'
    const fragment = document.createRange().createContextualFragment('<i>One</i><i>Two</i>')
    const nodes = [document, document.body, around, document.createAttribute('x'), fragment, far]
    return nodes.map((node) => {
      try { return tasks.toast.custom(node, { id: node.nodeName }) } catch (error) { return `${error.name}: ${error.message}` }
    })
  })
  const refused = 'TypeError: content must be a node without toasts, or a function that returns one'
  assert.deepEqual(said, [refused, refused, refused, refused, '#document-fragment', 'B'])
  await page.locator('b', { hasText: 'From a frame' }).waitFor()
  assert.equal(await page.locator('i', { hasText: 'Two' }).count(), 1)
  await close(page)
})

test('an instance that replaces another in one task is complete', async () => {
  const page = await bare({ indicator: true })
  await page.locator('[data-tasks-indicator]').waitFor()
  await page.evaluate(() => {
    const dialog = document.body.appendChild(document.createElement('dialog'))
    dialog.showModal()
  })
  await page.locator('dialog [data-toaster]').waitFor({ state: 'attached' })
  await page.evaluate(() => {
    document.querySelector('dialog').close()
    tasks.destroy()
    globalThis.tasks = new BackgroundTasks({ baseUrl: base, indicator: true, lang: 'zh-CN' })
    tasks.toast.success('Here')
  })
  await page.locator('[data-title]', { hasText: 'Here' }).waitFor()
  // The old one is cleaned up by the next frame.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  assert.equal(await page.locator('[data-tasks-indicator]').count(), 1)
  const box = await page.locator('[data-tasks-indicator]').boundingBox()
  assert.ok(box.width > 20, JSON.stringify(box))
  await page.locator('[data-tasks-indicator]').click()
  // An empty list has no height.
  await page.locator('[data-task-list]').waitFor({ state: 'attached' })
  assert.equal(await page.locator('[data-toaster]').count(), 1)
  await close(page)
})

test('the list opens at its button, wherever on the page that is', async () => {
  const page = await bare()
  const boxes = async (place) => {
    await page.evaluate((place) => {
      document.querySelector('main')?.remove()
      const main = document.body.appendChild(document.createElement('main'))
      main.style.cssText = `position: absolute; ${place}`
      globalThis.tasks = new BackgroundTasks({ element: main, indicator: true, store: null, baseUrl: base })
    }, place)
    await page.locator('[data-tasks-indicator]').click()
    const [button, panel] = [page.locator('[data-tasks-indicator]'), page.getByRole('group', { name: 'Background tasks' })]
    await panel.waitFor()
    const found = [await button.boundingBox(), await panel.boundingBox()]
    await page.evaluate(() => tasks.destroy())
    return found
  }
  const below = ([button, panel]) => panel.y >= button.y + button.height && panel.y <= button.y + button.height + 9
  const left = await boxes('top: 40px; left: 20px')
  assert.ok(below(left) && Math.abs(left[1].x - left[0].x) < 1, JSON.stringify(left))
  const right = await boxes('top: 40px; right: 20px')
  const end = ({ x, width }) => x + width
  assert.ok(below(right) && Math.abs(end(right[1]) - end(right[0])) < 1, JSON.stringify(right))
  await page.setViewportSize({ width: 375, height: 700 })
  const [, narrow] = await boxes('top: 40px; left: 150px')
  assert.ok(narrow.x >= 0 && end(narrow) <= 375, JSON.stringify(narrow))
  await close(page)
})

test('an element with an invalid attribute is set up once that is corrected', async () => {
  const page = await bare()
  const seen = await page.evaluate(async () => {
    const element = document.createElement('background-tasks')
    element.setAttribute('position', 'nowhere')
    document.body.append(element)
    const before = element.api
    element.setAttribute('position', 'TOP-LEFT')
    return [before, typeof element.api.upload, 'options' in element]
  })
  assert.deepEqual(seen, [null, 'function', true])
  await close(page, [/position must be/])
})

test('settings from JavaScript stay when an attribute changes', async () => {
  const page = await bare()
  await page.evaluate(() => {
    const element = document.createElement('background-tasks')
    document.body.append(element)
    element.api.toast.configure({ visibleToasts: 1 })
    element.setAttribute('position', 'top-left')
    for (const title of ['One', 'Two', 'Three']) element.api.toast.message(title, { duration: Infinity })
  })
  await page.locator('[data-position=top-left] [data-toast]').first().waitFor()
  assert.equal(await page.locator('[data-toast][data-visible=true]').count(), 1)
  await page.evaluate(() => document.querySelector('background-tasks').removeAttribute('position'))
  await page.locator('[data-position=bottom-right] [data-toast]').first().waitFor()
  await close(page)
})

test('a removed element leaves nothing, also if its api was freed', async () => {
  const page = await bare()
  await page.evaluate(() => {
    const element = document.createElement('background-tasks')
    document.body.append(element)
    element.api.toast.success('Saved')
    element.api.free()
    element.remove()
  })
  await page.waitForFunction(() => !document.querySelector('[data-toast]'))
  await close(page)
})

test('the language is found outside of the shadow trees that contain an instance', async () => {
  const page = await bare()
  await page.evaluate(() => {
    const host = document.createElement('div')
    host.lang = 'zh-CN'
    document.body.append(host)
    const tree = host.attachShadow({ mode: 'open' })
    const place = tree.appendChild(document.createElement('div'))
    globalThis.tasks = new BackgroundTasks({ element: place, store: null, baseUrl: base })
    tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
  })
  await page.getByText('正在处理').first().waitFor()
  await close(page)
})

test('headers are an object, pairs or Headers, as for fetch; anything else is rejected', async () => {
  const page = await bare()
  await page.evaluate(() => {
    const all = [{ 'X-Tenant': 'object' }, [['X-Tenant', 'pairs']], new Headers({ 'X-Tenant': 'headers' })]
    for (const [index, headers] of all.entries()) {
      const tasks = new BackgroundTasks({ baseUrl: base, headers, store: null })
      tasks.startVideoProcessingTask(index, 'talk.mp4', `q-${index}`)
    }
  })
  const tenants = async () => (await page.world.requests()).map(({ headers }) => headers['x-tenant'])
  await page.waitForFunction(() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/status/')).length >= 3)
  const seen = new Set(await tenants())
  for (const name of ['object', 'pairs', 'headers']) assert.ok(seen.has(name), name)
  const refused = await page.evaluate(() => ['text', [['X-Tenant']], { 'X-Tenant': 7 }, { 'X Tenant': 'a' }].map((headers) => {
    try { new BackgroundTasks({ headers }); return 'nothing' } catch (error) { return error.name }
  }))
  assert.deepEqual(refused, Array(4).fill('TypeError'))
  await close(page)
})

test('a file and a signal of another window are accepted', async () => {
  const page = await bare({})
  const ended = await page.evaluate(async () => {
    const frame = document.body.appendChild(document.createElement('iframe'))
    const { File, AbortController } = frame.contentWindow
    const { signal } = new AbortController()
    const id = tasks.upload(new File(['abc'], 'notes.txt', { type: 'text/plain' }), { signal })
    return (await tasks.finished(id)).state
  })
  assert.equal(ended, 'succeeded')
  await close(page)
})

test('toasts reappear if the page replaces its body, or all that is in it', async () => {
  const page = await bare({ store: null })
  const changes = [
    () => document.body.replaceWith(document.createElement('body')),
    () => { document.body.innerHTML = '' },
    () => document.body.replaceChildren(document.createElement('main')),
    () => document.documentElement.replaceChildren(document.createElement('head'), document.createElement('body')),
  ]
  for (const change of changes) {
    await page.evaluate(change)
    const id = await page.evaluate(() => tasks.toast.error('Here', { duration: Infinity }))
    await page.locator(`[data-toast-id="${id}"]`).waitFor()
    assert.equal(await page.locator('[data-toaster]').count(), 1)
    const open = () => document.querySelector('[data-background-tasks]').shadowRoot.querySelector('[popover]').matches(':popover-open')
    assert.equal(await page.evaluate(open), true)
  }
  await page.evaluate(() => tasks.destroy())
  await page.evaluate(() => { document.body.innerHTML = '' })
  assert.equal(await page.locator('[data-background-tasks]').count(), 0)
  await close(page)
})

test('a page that always removes the toasts is not blocked', async () => {
  const page = await bare({ store: null })
  const removals = await page.evaluate(async () => {
    let removals = 0
    const observer = new MutationObserver(() => {
      const host = document.querySelector('[data-background-tasks]')
      if (host) removals++
      host?.remove()
    })
    observer.observe(document.body, { childList: true })
    document.body.append(document.createElement('p'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    observer.disconnect()
    return removals
  })
  assert.ok(removals > 0 && removals < 50, `${removals} removals`)
  await close(page)
})

test('the file picker of Retry offers the accepted types', async () => {
  const options = { upload: { types: ['.pdf', 'video/*'] } }
  const page = await bare(options)
  await page.world.plan({ upload_bytes_per_second: 10_000 })
  await page.evaluate(() => {
    tasks.upload(new File([new Uint8Array(1_000_000)], 'a.pdf', { type: 'application/pdf' }))
  })
  await eventually(() => page.evaluate(() => tasks.tasks()[0].state === 'uploading'))
  await page.reload()
  await ready(page)
  await setUp(page, options)
  const chooser = page.waitForEvent('filechooser')
  await page.locator('[data-action]').click()
  assert.equal(await (await chooser).element().getAttribute('accept'), '.pdf,video/*')
  await close(page)
})

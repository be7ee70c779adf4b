// The element `<background-tasks>`: attributes, events, connecting and disconnecting, styles.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, close, withBarePage } from './bare.mjs'

withBarePage()

const SLOW = { video: { queued_ms: 0, running_ms: 60_000 } }

/** Connects an element to a page, as `element` there. */
const put = (page, attributes = {}, parent = 'body') => page.evaluate(([attributes, parent]) => {
  globalThis.element = document.createElement('background-tasks')
  for (const [name, value] of Object.entries({ 'base-url': base, 'interval-ms': '100', ...attributes })) element.setAttribute(name, value)
  document.querySelector(parent).append(element)
}, [attributes, parent])

test('the element applies its attributes, and its taskchange events bubble to the document', async () => {
  const page = await bare()
  const statuses = ['queued', 'running', 'running', 'done']
  await page.world.plan({ video: { script: statuses.map((status) => ({ status })) } })
  await page.evaluate(() => {
    // In a shadow tree of the host page: the event is composed.
    const host = document.createElement('div')
    host.id = 'host'
    host.attachShadow({ mode: 'open' }).append(document.createElement('p'))
    document.body.append(host)
    globalThis.element = document.createElement('background-tasks')
    const attributes = { 'base-url': base, 'interval-ms': '50', position: 'top-left', theme: 'dark', 'close-button': '', indicator: '', dir: 'rtl', 'visible-toasts': '1' }
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    globalThis.before = element.api
    globalThis.heard = []
    document.addEventListener('taskchange', (event) => heard.push([event.target.id, event.bubbles, event.composed, event.detail.state]))
    host.shadowRoot.append(element)
    globalThis.id = element.api.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    element.api.toast.message('A toast')
  })
  assert.equal(await page.evaluate(() => before), null)
  await page.evaluate(() => element.api.finished(id))
  const heard = await page.evaluate(() => heard)
  assert.deepEqual(heard.at(-1), ['host', true, true, 'succeeded'])
  const list = page.locator('[data-toast-list]').first()
  assert.equal(await list.getAttribute('data-position'), 'top-left')
  assert.equal(await page.locator('[data-toaster]').getAttribute('data-theme'), 'dark')
  assert.ok(await page.locator('[data-close]').count() > 0)
  assert.equal(await page.locator('[data-toast][data-visible=true]').count(), 1)
  await page.locator('[data-tasks-indicator]').waitFor()
  const checks = (await page.world.requests()).filter(({ operation }) => operation === 'video-status')
  assert.equal(checks.length, statuses.length)
  const took = checks.at(-1).received_ms - checks[0].received_ms
  assert.ok(took < 2_500, `at the interval of the attribute, not every second: ${took} ms`)
  await close(page)
})

test('an attribute of the toaster can change; an invalid value is an error on the page and nothing else', async () => {
  const page = await bare()
  await put(page)
  await page.evaluate(() => {
    element.api.toast.message('A toast', { duration: Infinity })
    element.setAttribute('position', 'top-center')
  })
  await page.locator('[data-position=top-center] [data-toast]').waitFor()
  await page.evaluate(() => element.setAttribute('position', 'middle'))
  assert.match(page.problems.join(), /position must be/)
  await page.evaluate(() => element.removeAttribute('position'))
  await page.locator('[data-position=bottom-right] [data-toast]').waitFor()
  page.problems.length = 0
  await put(page, { 'visible-toasts': 'some' })
  assert.equal(await page.evaluate(() => element.api), null)
  assert.match(page.problems.join(), /visibleToasts must be/)
  await page.evaluate(() => element.setAttribute('visible-toasts', '1'))
  assert.equal(await page.evaluate(() => typeof element.api.upload), 'function')
  await close(page, [/must be/])
})

test('the property options overrides the attributes', async () => {
  const page = await bare()
  await page.evaluate(async () => {
    globalThis.element = document.createElement('background-tasks')
    element.setAttribute('lang', 'zh-CN')
    element.options = { lang: 'en', intervalMs: 10, client: { status: async () => ({ status: 'done' }) } }
    document.body.append(element)
    await element.api.finished(element.api.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  })
  await page.getByText('Video processing completed: talk.mp4').first().waitFor()
  assert.deepEqual(await page.world.requests(), [])
  await close(page)
})

test('a moved element continues, a removed one ends after a second, and one that is connected again starts anew', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  await put(page, { store: 'moved' })
  await page.evaluate(() => {
    globalThis.api = element.api
    api.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    const place = document.createElement('main')
    document.body.append(place)
    place.append(element)
  })
  assert.equal(await page.evaluate(() => element.api === api), true)
  await page.locator('[data-toast]').waitFor()
  const said = await page.evaluate(async () => {
    element.remove()
    await until(() => element.api === null)
    try {
      return [element.api, api.tasks()]
    } catch (error) {
      return [element.api, error.message]
    }
  })
  assert.deepEqual(said, [null, 'this BackgroundTasks instance was destroyed'])
  assert.equal(await page.locator('[data-toaster]').count(), 0)
  await page.evaluate(() => document.body.append(element))
  assert.deepEqual(await page.evaluate(() => element.api.tasks().map(({ title }) => title)), ['talk.mp4'])
  await page.locator('[data-toast]').waitFor()
  await page.evaluate(() => {
    document.addEventListener('taskchange', () => element.remove())
    element.api.cancel(element.api.tasks()[0].id)
  })
  await page.waitForFunction(() => element.api === null)
  await close(page)
})

test('an element that a page takes along across several tasks continues with its upload and its toasts', async () => {
  const page = await bare()
  await page.world.faults([{ on: 'upload', fault: { delay_ms: 1_500 } }])
  await put(page)
  const isShown = () => element.shadowRoot?.querySelector('[popover]')?.matches(':popover-open')
  await page.waitForFunction(isShown)
  const { same, states } = await page.evaluate(async () => {
    const { api } = element
    const id = api.upload(new File(['abc'], 'a.pdf', { type: 'application/pdf' }))
    const body = document.createElement('body')
    document.body.replaceWith(body)
    for (let i = 0; i < 5; i++) await Promise.resolve()
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 50))
    body.append(element)
    await api.finished(id)
    return { same: element.api === api, states: api.tasks().map(({ state }) => state) }
  })
  assert.deepEqual({ same, states }, { same: true, states: ['succeeded'] })
  await page.locator('[data-toast][data-kind=success]').waitFor()
  // The toaster becomes a popover again once it is back in the document.
  await page.waitForFunction(isShown)
  await close(page)
})

test('another element takes over the tasks of one that was removed', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  await put(page)
  await page.evaluate(() => element.api.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  await page.evaluate(() => element.remove())
  await put(page)
  await page.waitForFunction(() => element.api.tasks().length === 1)
  await page.waitForFunction(() => !document.querySelector('background-tasks:not(:last-of-type)'))
  await page.locator('[data-toast]').waitFor()
  await close(page)
})

test('attributes and options of the same task count; a later one is named in one warning', async () => {
  const page = await bare()
  const warnings = []
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()))
  await page.evaluate(async () => {
    globalThis.element = document.createElement('background-tasks')
    document.body.append(element)
    element.setAttribute('base-url', base)
    element.options = { token: () => 'late', store: null }
    await Promise.resolve()
    await Promise.resolve()
    await element.api.finished(element.api.upload(new File(['abc'], 'a.pdf', { type: 'application/pdf' })))
  })
  const uploads = await page.world.requests()
  assert.deepEqual(uploads.map(({ operation, headers }) => [operation, headers.authorization]), [['upload', 'Bearer late']])
  assert.deepEqual(warnings, [])
  await page.evaluate(() => {
    element.setAttribute('base-url', base)
    element.setAttribute('base-url', '/v2')
    element.setAttribute('base-url', '/v3')
    element.options = { token: () => 'later' }
    element.setAttribute('position', 'top-left')
  })
  assert.equal(warnings.length, 2)
  assert.match(warnings[0], /base-url was changed after/)
  assert.match(warnings[1], /options was changed after/)
  // An element that is added again is set up with what it has by the end of that task.
  await page.evaluate(async () => {
    globalThis.before = element.api
    element.remove()
    element.setAttribute('base-url', base)
    document.body.append(element)
    element.options = { token: () => 'again', store: null }
    await element.api.finished(element.api.upload(new File(['abc'], 'b.pdf', { type: 'application/pdf' })))
  })
  assert.equal(await page.evaluate(() => element.api === before), false)
  assert.equal((await page.world.requests()).at(-1).headers.authorization, 'Bearer again')
  assert.equal(warnings.length, 2)
  await close(page)
})

test('elements that were connected before the package was loaded are set up', async () => {
  const page = await bare()
  const seen = await page.evaluate(() => {
    const place = document.createElement('div')
    place.innerHTML = '<background-tasks lang="zh-CN" store="a"></background-tasks><background-tasks store="b"></background-tasks>'
    document.body.append(place)
    return [...place.children].map((element) => [typeof element.api.upload, element.api === place.firstChild.api])
  })
  assert.deepEqual(seen, [['function', true], ['function', false]])
  await close(page)
})

test('the language is that of the option, of the element or of the document, in this order', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  const title = async (document, element, option) => {
    await page.evaluate(([document_, element, option]) => {
      document.documentElement.lang = document_
      const place = document.createElement('div')
      if (element) place.lang = element
      document.body.append(place)
      globalThis.tasks = new BackgroundTasks({ baseUrl: base, element: place, store: null, ...(option && { lang: option }) })
      tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    }, [document, element, option])
    const text = await page.locator('[data-toast] [data-title]').textContent()
    await page.evaluate(() => tasks.destroy())
    return text
  }
  const [english, chinese] = [/^🎥 Processing: talk\.mp4/, /^🎥 正在处理：talk\.mp4/]
  assert.match(await title('en', null, null), english)
  assert.match(await title('zh-CN', null, null), chinese)
  assert.match(await title('zh', null, null), chinese)
  assert.match(await title('zh-CN', 'en', null), english)
  assert.match(await title('en', 'zh-Hans-SG', null), chinese)
  assert.match(await title('en', 'zh-CN', 'en'), english)
  assert.match(await title('fr', null, null), english)
  await close(page)
})

test('styles of the host page do not affect the element, nor its styles the host page', async () => {
  const page = await bare()
  await page.world.plan(SLOW)
  const show = () => page.evaluate(() => {
    globalThis.tasks = new BackgroundTasks({ baseUrl: base, store: null, closeButton: true })
    tasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1')
    tasks.toast.error('Not saved', { id: 'error', duration: Infinity, description: 'Why', action: { label: 'Retry', onClick: () => {} } })
  })
  const looks = async () => {
    await page.locator('[data-toast-id=error][data-phase=shown]').waitFor()
    await page.evaluate(() => Promise.all(document.querySelector('[data-background-tasks]').shadowRoot.getAnimations()
      .filter(({ effect }) => effect.getTiming().iterations !== Infinity).map(({ finished }) => finished)))
    return page.evaluate(() => {
      const tree = document.querySelector('[data-background-tasks]').shadowRoot
      const parts = ['[data-toast-list]', '[data-toast-id=error]', '[data-toast-id=error] [data-title]',
        '[data-toast-id=error] [data-description]', '[data-toast-id=error] [data-action]', '[data-close]']
      return parts.map((part) => {
        const element = tree.querySelector(part)
        const style = getComputedStyle(element)
        const { x, y, width, height } = element.getBoundingClientRect()
        const named = ['color', 'backgroundColor', 'fontSize', 'fontFamily', 'fontWeight', 'lineHeight', 'letterSpacing',
          'textTransform', 'textAlign', 'direction', 'display', 'visibility', 'opacity', 'margin', 'padding', 'cursor', 'whiteSpace']
        return [part, [x, y, width, height].map(Math.round).join(), ...named.map((name) => `${name}: ${style[name]}`)]
      })
    })
  }
  const hosts = () => page.evaluate(() => ['body', 'p', 'button'].map((name) => {
    const style = getComputedStyle(document.querySelector(name))
    return [...style].map((property) => `${property}: ${style.getPropertyValue(property)}`).join('\n')
  }))
  const alone = await hosts()
  await show()
  const calm = await looks()
  assert.deepEqual(await hosts(), alone, 'the host page looks as before')
  await page.evaluate(() => tasks.destroy())
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`
      * { margin: 30px !important; padding: 9px !important; opacity: 0.3 !important; float: left !important;
          font: 40px/3 serif !important; letter-spacing: 1em !important; transform: rotate(9deg) !important;
          box-sizing: content-box !important; position: relative !important; color: red !important; display: none !important }
      html { visibility: visible !important; display: block !important; text-transform: uppercase; text-align: right; cursor: wait;
             white-space: pre; direction: ltr; word-spacing: 2em; pointer-events: none; user-select: none; font-variant: small-caps }
      body { display: block !important }
      :host, ol, li, section, button, [data-toast], [data-toaster], .ybt-toast { position: static !important; background: lime !important }`)
    document.adoptedStyleSheets = [sheet]
  })
  await show()
  // The host page rotates and fades its body, which affects everything inside.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('html, body { transform: none !important; opacity: 1 !important; margin: 0 !important; padding: 0 !important; float: none !important; position: static !important }')
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  })
  assert.deepEqual(await looks(), calm)
  await close(page)
})

test('custom properties and ::part change its look', async () => {
  const page = await bare()
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`
      :root { --ybt-surface: rgb(1, 2, 3); --ybt-radius: 3px }
      [data-background-tasks]::part(title) { color: rgb(4, 5, 6) }`)
    document.adoptedStyleSheets = [sheet]
    globalThis.tasks = new BackgroundTasks({ baseUrl: base })
    tasks.toast.message('Saved', { duration: Infinity })
  })
  await page.locator('[data-toast][data-phase=shown]').waitFor()
  const look = await page.evaluate(() => {
    const tree = document.querySelector('[data-background-tasks]').shadowRoot
    const style = (part) => getComputedStyle(tree.querySelector(part))
    return [style('[data-toast]').backgroundColor, style('[data-toast]').borderRadius, style('[data-title]').color]
  })
  assert.deepEqual(look, ['rgb(1, 2, 3)', '3px', 'rgb(4, 5, 6)'])
  await close(page)
})

// Dialogs of the page and of libraries: they neither hide the toasts nor close because of them.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bare, close, withBarePage } from './bare.mjs'

withBarePage()

/** Opens the bare page with an instance; packages of `node_modules` are at `/npm/`. */
async function start() {
  const page = await bare({})
  await page.route('**/npm/**', async (route) => {
    const { pathname } = new URL(route.request().url())
    const file = `node_modules/${pathname.slice('/npm/'.length)}`
    const body = await readFile(fileURLToPath(new URL(file, import.meta.url)))
    await route.fulfill({ body, contentType: 'text/javascript' })
  })
  return page
}

/** Shows a toast with a Retry button, which adds to `retries` and keeps the toast open. */
async function showFailure(page) {
  await page.evaluate(() => {
    globalThis.retries = 0
    const action = { label: 'Retry', closes: false, onClick: () => { retries += 1 } }
    tasks.toast.error('Failed', { id: 'failure', duration: Infinity, action })
    // Positions do not depend on the time at which a test looks.
    return Promise.all(document.querySelector('[data-background-tasks]').shadowRoot.getAnimations().map((one) => one.finished))
  })
  await page.locator('[data-action]').waitFor()
}

const retries = (page) => page.evaluate(() => retries)
const isInToasts = (page) => page.evaluate(() => document.activeElement.matches('[data-background-tasks]'))

/** The names of the buttons in the accessibility tree. */
async function buttons(page) {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  return nodes.filter((node) => !node.ignored && node.role?.value === 'button').map((node) => node.name.value)
}

test('a press, click or focus in a toast is not an event of the page', async () => {
  const page = await start()
  await showFailure(page)
  await page.evaluate(() => {
    globalThis.heard = []
    const names = ['pointerdown', 'pointerup', 'mousedown', 'mouseup', 'click', 'dblclick', 'contextmenu', 'focusin', 'wheel', 'keydown']
    for (const name of names) document.addEventListener(name, (event) => heard.push(event.key ?? name))
    for (const name of ['pointerdown', 'mousedown', 'click', 'focusin']) {
      document.addEventListener(name, () => heard.push(`${name}, captured`), true)
    }
  })
  await page.locator('[data-title]').dblclick()
  await page.locator('[data-action]').click({ button: 'right' })
  await page.locator('[data-action]').click()
  await page.mouse.wheel(0, 100)
  for (const key of ['Enter', 'Space']) {
    await page.locator('[data-action]').focus()
    await page.keyboard.press(key)
  }
  assert.equal(await retries(page), 3)
  assert.deepEqual(await page.evaluate(() => heard), [])
  // Shortcuts of the page still work.
  await page.keyboard.press('k')
  assert.deepEqual(await page.evaluate(() => heard), ['k'])
  await close(page)
})

test('content of the app in a toast receives each event once, with its default action', async () => {
  const page = await start()
  await page.evaluate(() => {
    globalThis.heard = []
    const content = document.createElement('label')
    content.innerHTML = '<input type="checkbox"> Again'
    for (const name of ['pointerdown', 'mousedown', 'click']) content.firstChild.addEventListener(name, () => heard.push(name))
    tasks.toast.custom(content, { id: 'custom', duration: Infinity })
  })
  await page.locator('[data-toast] input').click()
  assert.deepEqual(await page.evaluate(() => heard), ['pointerdown', 'mousedown', 'click'])
  assert.equal(await page.locator('[data-toast] input').isChecked(), true)
  await close(page)
})

test('a dialog that closes on clicks outside of its box stays open when a toast is clicked', async () => {
  const page = await start()
  await page.evaluate(() => {
    const dialog = document.body.appendChild(document.createElement('dialog'))
    dialog.addEventListener('click', ({ clientX, clientY }) => {
      const { left, right, top, bottom } = dialog.getBoundingClientRect()
      if (clientX < left || clientX > right || clientY < top || clientY > bottom) dialog.close()
    })
    dialog.showModal()
  })
  await showFailure(page)
  await page.locator('[data-title]').click()
  await page.locator('[data-action]').click()
  await page.locator('[data-close]').click()
  assert.equal(await retries(page), 1)
  assert.equal(await page.evaluate(() => document.querySelector('dialog').open), true)
  await page.mouse.click(5, 5)
  assert.equal(await page.evaluate(() => document.querySelector('dialog').open), false)
  await close(page)
})

test('hideOthers, which Radix uses, leaves the toasts to screen readers', async () => {
  const page = await start()
  await showFailure(page)
  await page.evaluate(async () => {
    document.body.append(document.createElement('main'), document.createElement('aside'))
    const { hideOthers } = await import('/npm/aria-hidden/dist/es2015/index.js')
    hideOthers(document.querySelector('aside'))
  })
  assert.equal(await page.locator('main').getAttribute('aria-hidden'), 'true')
  assert.ok((await buttons(page)).includes('Retry'))
  await close(page)
})

test('a library that hides or disables everything else does not hide or disable the toasts', async () => {
  const page = await start()
  await showFailure(page)
  await page.evaluate(() => {
    for (const element of document.body.children) {
      element.setAttribute('aria-hidden', 'true')
      element.inert = true
    }
  })
  assert.ok((await buttons(page)).includes('Retry'))
  await page.locator('[data-action]').click()
  assert.equal(await retries(page), 1)
  await close(page)
})

test('toasts can be clicked beside focus-trap, and with a recipe reached by keyboard', async () => {
  const page = await start()
  await page.addScriptTag({ url: '/npm/tabbable/dist/index.umd.min.js' })
  await page.addScriptTag({ url: '/npm/focus-trap/dist/focus-trap.umd.min.js' })
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<div id="dialog"><button>One</button><button>Two</button></div>')
    globalThis.trap = focusTrap.createFocusTrap('#dialog')
    trap.activate()
  })
  await showFailure(page)
  await page.locator('[data-action]').click()
  assert.equal(await retries(page), 1)
  await page.evaluate(() => {
    trap.deactivate()
    tasks.toast.dismiss()
    const toasts = document.querySelector('[data-background-tasks], background-tasks')
    trap = focusTrap.createFocusTrap(['#dialog', toasts], { tabbableOptions: { getShadowRoot: true } })
    trap.activate()
  })
  await page.locator('[data-toast]').waitFor({ state: 'detached' })
  await showFailure(page)
  await page.keyboard.press('Alt+KeyT')
  assert.equal(await isInToasts(page), true)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.equal(await retries(page), 1)
  // From the toast over its two buttons to the dialog.
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'One')
  await close(page)
})

// Promise toasts and toasts with custom content, from JavaScript.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backend, browser, open, pass, passUntil, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const start = () => open(browser, backend.address, '', { virtual: true })
const text = (page, part = '[data-title]') => page.locator(`[data-toast] ${part}`).allTextContents()
const kinds = (page) => page.locator('[data-toast]').evaluateAll((toasts) => toasts.map((toast) => toast.dataset.kind))


test('a promise toast is loading, then shows the result, with one string id', async () => {
  const page = await start()
  const id = await page.evaluate(() => {
    const work = new Promise((resolve) => { globalThis.resolve = resolve })
    globalThis.calls = []
    const id = backgroundTasks.toast.promise(work, {
      loading: 'Loading...', success: (value) => `Loaded ${value.name}`, error: 'Broken',
      icon: '🚀', finally: () => calls.push('finally'), onClose: (reason) => calls.push(reason),
    })
    return [typeof id, id]
  })
  assert.equal(id[0], 'string')
  await page.locator(`[data-toast-id="${id[1]}"]`).waitFor()
  assert.deepEqual([await kinds(page), await text(page)], [['loading'], ['Loading...']])
  assert.equal(await page.locator('[data-close]').count(), 1, 'the toast can be closed')
  await pass(page, 60_000, 1_000)
  assert.deepEqual(await kinds(page), ['loading'])
  await page.evaluate(() => resolve({ name: 'talk.mp4' }))
  await passUntil(page, async () => (await kinds(page))[0] === 'success')
  assert.deepEqual(await text(page), ['Loaded talk.mp4'])
  assert.equal(await page.getByText('🚀').count(), 1, 'the icon appears once')
  await passUntil(page, async () => (await kinds(page)).length === 0, 6_000)
  assert.deepEqual(await page.evaluate(() => calls), ['finally', 'timeout'])
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a rejection shows an error with its reason', async () => {
  const page = await start()
  await page.evaluate(() => {
    const error = (reason) => `Error Raise: ${reason}`
    backgroundTasks.toast.promise(() => Promise.reject(new Error('Not implemented')), { loading: 'Loading...', error })
    backgroundTasks.toast.promise(() => { throw new Error('Thrown at once') }, { error, id: 'thrown' })
    backgroundTasks.toast.promise(Promise.resolve(new Error('Resolved')), { error, success: 'Fine', id: 'resolved' })
    backgroundTasks.toast.promise(fetch('/api/nothing-here'), { error: (answer) => `Status ${answer.status}`, success: 'Fine', id: 'answer' })
    backgroundTasks.toast.configure({ visibleToasts: 9 })
  })
  await passUntil(page, async () => (await kinds(page)).filter((kind) => kind === 'error').length === 4)
  assert.deepEqual((await text(page)).sort(), [
    'Error Raise: Error: Not implemented', 'Error Raise: Error: Resolved', 'Error Raise: Error: Thrown at once', 'Status 404'])
  assert.deepEqual(page.problems, [], 'no rejection is left unhandled')
  await page.context().close()
})

test('success and error can be objects with options, and async functions', async () => {
  const page = await start()
  await page.evaluate(() => {
    globalThis.clicks = 0
    backgroundTasks.toast.promise(Promise.resolve('talk.mp4'), {
      id: 'good', loading: 'Loading...', description: 'for all',
      success: async (name) => ({ title: `${name} is there`, description: 'of its own', duration: Infinity }),
    })
    backgroundTasks.toast.promise(Promise.reject(new Error('no')), {
      id: 'bad', loading: 'Loading...', description: (error) => `because of ${error.message}`, duration: Infinity,
      error: { title: 'An error', action: { label: 'Retry', closes: false, onClick: () => { clicks += 1 } } },
    })
  })
  await passUntil(page, async () => (await kinds(page)).every((kind) => kind !== 'loading'))
  const good = page.locator('[data-toast-id=good]')
  assert.equal(await good.locator('[data-title]').textContent(), 'talk.mp4 is there')
  assert.equal(await good.locator('[data-description]').textContent(), 'of its own')
  const bad = page.locator('[data-toast-id=bad]')
  assert.equal(await bad.locator('[data-description]').textContent(), 'because of no')
  await bad.hover()
  await bad.getByRole('button', { name: 'Retry' }).click()
  await bad.getByRole('button', { name: 'Retry' }).click()
  await pass(page, 20_000, 1_000)
  assert.equal(await page.evaluate(() => clicks), 2, 'an action that keeps its toast open can be used twice')
  assert.equal(await page.locator('[data-toast]').count(), 2)
  await page.context().close()
})

test('a closed promise toast stays closed, and one that was shown again is not replaced', async () => {
  const page = await start()
  await page.evaluate(() => {
    const work = new Promise((resolve) => { globalThis.resolve = resolve })
    for (const id of ['closed', 'anew']) backgroundTasks.toast.promise(work, { id, loading: 'Loading...', success: 'Loaded' })
  })
  await page.locator('[data-toast-id=closed]').waitFor({ state: 'attached' })
  await pass(page, 500)
  await page.evaluate(() => {
    backgroundTasks.toast.dismiss('closed')
    backgroundTasks.toast.info('Something else', { id: 'anew', duration: Infinity })
  })
  await pass(page, 500)
  await page.evaluate(() => resolve())
  await pass(page, 1_000)
  assert.deepEqual(await text(page), ['Something else'])
  await page.context().close()
})

test('without a text for the result the toast closes; an invalid text is named', async () => {
  const page = await start()
  await page.evaluate(() => backgroundTasks.toast.promise(Promise.resolve(1), { loading: 'Loading...' }))
  await passUntil(page, async () => (await kinds(page)).length === 0)
  const error = await page.evaluate(() => {
    try { backgroundTasks.toast.promise(Promise.resolve(1), { loading: 7 }) } catch (error) { return `${error.name}: ${error.message}` }
  })
  assert.match(error, /^TypeError: loading must be/)
  assert.deepEqual(page.problems, [])
  await page.evaluate(() => backgroundTasks.toast.promise(Promise.resolve(1), { loading: 'Loading...', success: () => 7 }))
  await passUntil(page, async () => (await kinds(page)).length === 0)
  assert.equal(page.problems.length, 1, 'an exception in a callback is logged')
  await page.context().close()
})

test('a node of the page can be a toast, unstyled and announced by its text', async () => {
  const page = await start()
  await page.evaluate(() => {
    globalThis.spoken = []
    new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => spoken.push(node.textContent))))
      .observe(document.querySelector('[data-live=polite]'), { childList: true })
    const id = backgroundTasks.toast.custom((id) => {
      const button = document.createElement('button')
      button.textContent = 'Undo'
      button.onclick = () => backgroundTasks.toast.dismiss(id)
      return button
    }, { className: 'mine other', closeButton: false })
    backgroundTasks.toast.info('Styled', { className: 'mine' })
    return id
  })
  await page.locator('.mine.other').waitFor()
  assert.deepEqual(await page.evaluate(() => spoken.sort()), ['Styled', 'Undo'])
  const custom = page.locator('[data-toast].other')
  assert.equal(await custom.getAttribute('data-look'), 'unstyled')
  assert.equal(await custom.evaluate((toast) => getComputedStyle(toast).backgroundColor), 'rgba(0, 0, 0, 0)')
  await page.locator('[data-front=true]').hover()
  await custom.getByRole('button', { name: 'Undo' }).click()
  await pass(page, 500)
  assert.equal(await page.locator('.other').count(), 0)
  assert.equal(await page.locator('.mine').count(), 1)
  await page.context().close()
})

test('a custom toast and a plain one clear the loading state of a toast with the same id', async () => {
  const page = await start()
  await page.evaluate(() => {
    const { toast } = backgroundTasks
    toast.configure({ expand: true })
    toast.loading('Loading...', { id: 'plain', action: { label: 'Retry', onClick() {} } })
    toast.message('Plain', { id: 'plain' })
    toast.loading('Loading...', { id: 'custom' })
    toast.custom(document.createTextNode('Custom'), { id: 'custom' })
  })
  await page.locator('[data-toast]').nth(1).waitFor()
  assert.deepEqual(await kinds(page), ['default', 'default'])
  assert.equal(await page.locator('[role=progressbar], [data-action]').count(), 0)
  await passUntil(page, async () => (await kinds(page)).length === 0, 6_000)
  await page.context().close()
})

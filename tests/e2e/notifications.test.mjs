// System notifications, which a browser without windows does not show.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible } from './axe.mjs'
import { backend, browser, open, pass, passUntil, setVisibility, withBackendAndBrowser } from './support.mjs'

withBackendAndBrowser()

const KEY = 'background-tasks:notifications'

/** Stands in for `Notification`, and records what is done with it. */
function pretend({ permission, answer, throws, missing, forbidden }) {
  if (forbidden) {
    Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })
  }
  if (missing) {
    delete globalThis.Notification
    return
  }
  globalThis.asked = 0
  globalThis.constructed = []
  globalThis.focused = 0
  window.focus = () => { focused += 1 }
  globalThis.Notification = class extends EventTarget {
    static permission = permission ?? 'default'

    static async requestPermission() {
      asked += 1
      if (answer) Notification.permission = answer
      return Notification.permission
    }

    constructor(title, { body, tag, lang } = {}) {
      super()
      if (throws) throw new TypeError("Failed to construct 'Notification': Illegal constructor.")
      Object.assign(this, { title, body, tag, lang, closed: 0 })
      constructed.push(this)
    }

    close() {
      this.closed += 1
    }
  }
}

/** Opens the demo with these stand-ins. */
const start = (pretence = {}, query = 'speed=10') =>
  open(browser, backend.address, query, { virtual: true, init: [pretend, pretence] })

async function reload(page) {
  await page.reload()
  await page.waitForFunction(() => globalThis.backgroundTasks)
}

const end = (page) => page.context().close()
const hide = (page) => setVisibility(page, 'hidden')
const show = (page) => setVisibility(page, 'visible')
const state = async (page, index = 0) => (await page.evaluate(() => backgroundTasks.tasks()))[index]?.state
const embed = (page, title = 'talk.mp4') =>
  page.evaluate((title) => backgroundTasks.startEmbeddingTask(7, title), title)
const untilEnded = (page) => passUntil(page, () => page.evaluate(() =>
  backgroundTasks.tasks().every(({ state }) => ['succeeded', 'failed', 'cancelled'].includes(state))))
const said = (page) => page.evaluate(() =>
  constructed.map(({ title, body, tag, lang }) => ({ title, body, tag, lang })))
const toggle = (page) => page.getByRole('switch', { name: 'Notify me when a task ends while I am in another tab or app' })
const words = (page) => page.locator('[data-notifications]').getAttribute('data-notifications')
const openPanel = async (page) => {
  await page.click('[data-tasks-indicator]')
  await page.locator('[data-task-list]').waitFor({ state: 'attached' })
}

test('permission is requested once, when the switch is turned on', async () => {
  const page = await start({ answer: 'granted' })
  await embed(page)
  await hide(page)
  await untilEnded(page)
  await show(page)
  await openPanel(page)
  assert.equal(await page.evaluate(() => asked), 0)
  assert.deepEqual(await said(page), [])
  assert.equal(await words(page), 'off')
  await toggle(page).click()
  await page.locator('[data-notifications=on]').waitFor()
  assert.equal(await toggle(page).isChecked(), true)
  assert.equal(await page.evaluate((key) => localStorage.getItem(key), KEY), 'on')
  await toggle(page).click()
  assert.equal(await words(page), 'off')
  assert.equal(await page.evaluate((key) => localStorage.getItem(key), KEY), 'off')
  await toggle(page).press('Space')
  assert.equal(await words(page), 'on')
  assert.equal(await page.evaluate(() => asked), 1)
  assert.deepEqual(page.problems, [])
  await end(page)
})

test('a result in a hidden tab shows a notification with the texts of its toast', async () => {
  const page = await start({ permission: 'granted' }, 'speed=10&fail=0')
  await page.evaluate((key) => localStorage.setItem(key, 'on'), KEY)
  await reload(page)
  await embed(page, 'seen.mp4')
  await untilEnded(page)
  assert.deepEqual(await said(page), [], 'whoever looks at the page has its toast')
  await hide(page)
  const id = await embed(page, '<b>talk</b>.mp4')
  await untilEnded(page)
  assert.deepEqual(await said(page),
    [{ title: '🎉 AI embeddings ready: <b>talk</b>.mp4', body: 'AI search is now available', tag: id, lang: 'en' }])
  const cancelled = await page.evaluate(() => backgroundTasks.startVideoProcessingTask(8, 'cancelled.mp4', 'q-8'))
  await pass(page, 100)
  await page.evaluate((id) => backgroundTasks.cancel(id), cancelled)
  await pass(page, 1_000)
  assert.equal((await said(page)).length, 1, 'the user knows that they cancelled it')
  await page.evaluate(() => constructed[0].dispatchEvent(new Event('click')))
  assert.equal(await page.evaluate(() => focused), 1)
  assert.equal(await page.evaluate(() => constructed[0].closed), 1)
  assert.equal(await page.evaluate(() => asked), 0)
  assert.deepEqual(page.problems, [])
  await end(page)
})

test('one of two hidden tabs shows the notification', async () => {
  const world = backend.world()
  await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
  const first = await open(browser, backend.address, `${world.query}&interval=100`)
  await first.context().addInitScript(pretend, { permission: 'granted' })
  await reload(first)
  await first.evaluate((key) => localStorage.setItem(key, 'on'), KEY)
  await reload(first)
  const second = await first.context().newPage()
  await second.goto(first.url())
  await second.waitForFunction(() => globalThis.backgroundTasks)
  await first.evaluate(() => backgroundTasks.startVideoProcessingTask(7, 'talk.mp4', 'q-1'))
  const pages = [first, second]
  for (const page of pages) await page.waitForFunction(() => backgroundTasks.tasks().length === 1)
  for (const page of pages) await hide(page)
  for (const page of pages) await page.waitForFunction(() => document.title.startsWith('(1) '))
  await world.plan({ video: { queued_ms: 0, running_ms: 0 } })
  for (const page of pages) {
    await page.waitForFunction(() => backgroundTasks.tasks()[0].state === 'succeeded', null, { timeout: 30_000 })
  }
  const told = await Promise.all(pages.map(said))
  assert.deepEqual(told.flat().map(({ title }) => title), ['🎉 Video processing completed: talk.mp4'])
  await end(first)
})

test('a failure shows a notification too, which closes when the page becomes visible', async () => {
  const page = await start({ permission: 'granted' }, 'speed=10&fail=1')
  await page.evaluate((key) => localStorage.setItem(key, 'on'), KEY)
  await reload(page)
  await hide(page)
  await embed(page)
  await untilEnded(page)
  const [{ title, body }] = await said(page)
  assert.equal(title, '❌ Embedding generation failed: talk.mp4')
  assert.equal(body, await page.locator('[data-toast] [data-description]').first().textContent())
  assert.equal(await page.evaluate(() => constructed[0].closed), 0)
  await show(page)
  assert.equal(await page.evaluate(() => constructed[0].closed), 1)
  await end(page)
})

test('closing the permission prompt leaves the switch off', async () => {
  const page = await start({})
  await openPanel(page)
  await toggle(page).click()
  await page.waitForFunction(() => asked === 1)
  await pass(page, 50)
  assert.equal(await words(page), 'off')
  assert.equal(await toggle(page).isChecked(), false)
  assert.equal(await page.evaluate((key) => localStorage.getItem(key), KEY), 'off')
  await end(page)
})

test('if the browser blocks notifications, the switch says what to do, and updates when they are allowed', async () => {
  const page = await start({ answer: 'denied' })
  await openPanel(page)
  await toggle(page).click()
  await page.locator('[data-notifications=blocked]').waitFor()
  assert.equal(await toggle(page).isChecked(), false)
  assert.match(await page.locator('[data-notifications] [role=status]').textContent(), /blocks notifications.*Allow them in its settings/)
  await toggle(page).click()
  assert.equal(await toggle(page).isChecked(), false, 'it shows what is')
  assert.equal(await page.evaluate(() => asked), 1, 'a blocked permission is not requested again')
  await page.evaluate(() => {
    Notification.permission = 'granted'
    window.dispatchEvent(new Event('focus'))
  })
  await page.locator('[data-notifications=on]').waitFor()
  assert.equal(await toggle(page).isChecked(), true)
  assert.equal(await page.locator('[data-notifications] [role=status]').textContent(), '')
  assert.deepEqual(page.problems, [])
  await end(page)
})

test('the preference applies to other tabs', async () => {
  const page = await start({ permission: 'granted' })
  await openPanel(page)
  assert.equal(await words(page), 'off')
  await page.evaluate((key) => {
    localStorage.setItem(key, 'on')
    window.dispatchEvent(new StorageEvent('storage', { key, newValue: 'on' }))
  }, KEY)
  await page.locator('[data-notifications=on]').waitFor()
  await end(page)
})

test('a constructor that throws is reported once, and the switch is removed', async () => {
  const page = await start({ permission: 'granted', throws: true })
  await page.evaluate((key) => localStorage.setItem(key, 'on'), KEY)
  await reload(page)
  await openPanel(page)
  assert.equal(await words(page), 'on')
  await hide(page)
  await embed(page, 'one.mp4')
  await untilEnded(page)
  await embed(page, 'two.mp4')
  await untilEnded(page)
  assert.equal(page.warnings.length, 1, page.warnings.join('\n'))
  assert.match(page.warnings[0], /shows no notifications.*Illegal constructor/)
  await show(page)
  await pass(page, 50)
  assert.equal(await page.locator('[data-notifications]').count(), 0)
  assert.deepEqual(page.problems, [])
  await end(page)
})

test('without notifications there is no switch', async () => {
  const page = await start({ missing: true })
  await openPanel(page)
  assert.equal(await page.locator('[data-notifications]').count(), 0)
  await hide(page)
  await embed(page)
  await untilEnded(page)
  assert.deepEqual(page.problems, [])
  await end(page)
})

test('with forbidden storage the preference lasts as long as the page', async () => {
  const page = await start({ answer: 'granted', forbidden: true })
  await openPanel(page)
  await toggle(page).click()
  await page.locator('[data-notifications=on]').waitFor()
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await hide(page)
  await embed(page)
  await untilEnded(page)
  assert.equal((await said(page)).length, 1)
  assert.equal(await words(page), 'on')
  assert.equal(page.warnings.length, 1, 'that nothing can be saved is said once')
  assert.deepEqual(page.problems, [])
  await end(page)
})

for (const colorScheme of ['light', 'dark']) {
  for (const [width, lang] of [[1280, 'en'], [375, 'zh']]) {
    test(`the panel with the switch has no accessibility violations: ${colorScheme}, ${width} px`, async () => {
      const page = await open(browser, backend.address, `lang=${lang}`,
        { colorScheme, viewport: { width, height: 800 }, init: [pretend, { answer: 'denied' }] })
      await page.click('[data-tasks-indicator]')
      for (const [word, act] of [
        ['off', () => {}],
        ['blocked', () => page.getByRole('switch').click()],
        ['on', () => page.evaluate(() => {
          Notification.permission = 'granted'
          window.dispatchEvent(new Event('focus'))
        })],
      ]) {
        await act()
        await page.locator(`[data-notifications=${word}]`).waitFor()
        await page.waitForFunction(() => document.getAnimations().length === 0)
        await assertAccessible(page, word)
        if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/notify-${word}-${colorScheme}-${width}.png` })
      }
      await end(page)
    })
  }
}

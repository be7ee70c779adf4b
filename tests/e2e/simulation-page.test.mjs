// The page of the documentation that runs the simulation, on a minimal page in place of the book's.

import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertAccessible } from './axe.mjs'
import { root, serve, visit } from './package-support.mjs'
import { launch } from './support.mjs'

const { SIMULATION_PAGE } = process.env

let backend, browser, folder

before(async () => {
  assert.ok(SIMULATION_PAGE, 'SIMULATION_PAGE is the folder that `cargo xtask test e2e simulation-page` builds')
  folder = await mkdtemp(join(tmpdir(), 'simulation-'))
  await cp(SIMULATION_PAGE, `${folder}/simulation`, { recursive: true })
  await cp(`${root}/tests/e2e/fixtures/bare/icon.svg`, `${folder}/icon.svg`)
  const document = await readFile(`${root}/docs/simulation.md`, 'utf8')
  const [, snippet] = document.match(/^(<link [^]*?<\/script>)$/m)
  // What mdBook sets for its light theme, and for the dark one with the least contrast.
  for (const [name, theme, colours] of [['light', 'light', '--bg: #fff; --fg: #000'], ['dark', 'coal', '--bg: #131516; --fg: #98a3ad']]) {
    await writeFile(`${folder}/${name}.css`, `:root { ${colours} } body { margin: 15px; background: var(--bg); color: var(--fg) }`)
    await writeFile(`${folder}/${name}.html`, `<!doctype html><html lang="en" class="${theme}"><meta charset="utf-8">
      <meta name="viewport" content="width=device-width"><title>The simulation</title><link rel="icon" href="icon.svg"><link rel="stylesheet" href="${name}.css">
      <main><h1>The simulation</h1>${snippet}</main>`)
  }
  backend = await serve(folder)
  browser = await launch()
})

after(async () => {
  await browser?.close()
  backend?.stop()
  if (folder) await rm(folder, { recursive: true, force: true })
})

/** Opens the page. With reduced motion it waits until Run is pressed. */
async function open(query = '', { name = 'light', ...context } = {}) {
  const page = await visit(browser, `${backend.address}/${name}.html${query}`, { reducedMotion: 'reduce', ...context })
  await page.locator('#simulation[data-time]').waitFor()
  return page
}

/** Opens the page at a time of the simulation, and pauses there. */
async function openAt(time, query) {
  const page = await open(`${query}&t=${time}`)
  await page.getByRole('button', { name: /^Skip to/ }).click()
  return page
}

/** Everything that a run has shown and counted, at its time. */
const state = (page) => page.evaluate(() => {
  const texts = (selector) => [...document.querySelectorAll(selector)].map((found) => found.textContent)
  return { time: document.getElementById('simulation').dataset.time, tabs: texts('.sim-column'), server: texts('.sim-server li'), rules: texts('.sim-rules li') }
})

const button = (page, name) => page.getByRole('button', { name, exact: true })

/** Runs at full speed until the page's own condition holds. */
async function runUntil(page, condition, argument) {
  await page.getByLabel('Speed').selectOption('60')
  if (await button(page, 'Run').isVisible()) await button(page, 'Run').click()
  await page.waitForFunction(condition, argument, { timeout: 120_000 })
}

/** Has no violation of the policy, no error and no broken rule, and closes the page. */
async function close(page) {
  assert.deepEqual(page.problems, [])
  assert.equal(await page.locator('.sim-verdict').getAttribute('data-state'), 'kept')
  await page.context().close()
}

const areEnded = () => {
  const words = document.querySelector('.sim-summary').textContent.match(/^(\d+) of (\d+) tasks have ended\. All tabs/)
  return words && words[1] === words[2] && Number(words[2]) >= 14
}

test('with reduced motion the page waits for Run, and then all tasks end', async () => {
  const page = await open('?seed=42')
  assert.equal((await state(page)).time, '0')
  await runUntil(page, areEnded)
  const { rules } = await state(page)
  assert.match(rules.join('\n'), /Progress never decreases [\d,]+ checks/)
  await close(page)
})

test('a tab takes over when the leader is closed', async () => {
  const page = await openAt(9_000, '?seed=7')
  const leader = () => page.locator('.sim-tab[data-leader]').getAttribute('aria-label')
  const first = await leader()
  await button(page, 'Close the leader').click()
  assert.equal(await page.getByRole('group', { name: first, exact: true }).count(), 0)
  await runUntil(page, () => document.querySelector('.sim-tab[data-leader]'))
  assert.notEqual(await leader(), first)
  await runUntil(page, areEnded)
  await close(page)
})

test('a link replays a run to the same state at the same time', async () => {
  const page = await openAt(8_000, '?seed=3&faults=15')
  await button(page, 'Drop all responses').click()
  await button(page, 'Freeze tab 2').click()
  await runUntil(page, () => document.getElementById('simulation').dataset.time > 20_000)
  await button(page, 'Close the leader').click()
  await button(page, 'Drop all responses').click()
  await button(page, 'Open a tab').click()
  await page.waitForFunction(() => document.getElementById('simulation').dataset.time > 40_000)
  await button(page, 'Pause').click()
  const live = await state(page)
  const address = await page.getByRole('link', { name: 'Link to this run' }).evaluate((link) => link.href)
  assert.equal(page.url(), address)
  await button(page, 'Replay').click()
  await page.waitForFunction(() => document.querySelector('.sim-run').textContent === 'Run')
  assert.deepEqual(await state(page), live, 'on the same page')
  await close(page)

  const { search } = new URL(address)
  for (const how of ['skip', 'run']) {
    const replay = await open(search)
    assert.equal((await state(replay)).time, '0')
    if (how === 'skip') await replay.getByRole('button', { name: /^Skip to/ }).click()
    else await runUntil(replay, () => document.querySelector('.sim-run').textContent === 'Run')
    assert.deepEqual(await state(replay), live, how)
    await close(replay)
  }
})

test('a known bug of the core breaks a rule in the run that the document links to, and the run stops', async () => {
  const document = await readFile(`${root}/docs/simulation.md`, 'utf8')
  const [, query] = document.match(/href="(\?[^"]*bug=frozen-leader-stays[^"]*)"/)
  const page = await open(query.replaceAll('&amp;', '&'))
  await page.getByRole('button', { name: /^Skip to/ }).click()
  assert.equal(await page.locator('.sim-verdict').getAttribute('data-state'), 'broken')
  assert.match(await page.locator('.sim-verdict').textContent(), /: a visible tab takes over within 10 s\./)
  await button(page, 'Run').click()
  assert.equal(await button(page, 'Run').count(), 1, 'it cannot continue')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('an invalid link is explained', async () => {
  const page = await open('?seed=nonsense&tabs=99&events=5.sleep')
  assert.match(await page.getByRole('status').textContent(), /cannot be replayed: unknown event: "5.sleep"/)
  assert.equal(await page.locator('.sim-tab').count(), 5)
  assert.equal(await page.getByRole('combobox', { name: 'Tabs' }).inputValue(), '5')
  await close(page)
})

test('the simulation is usable by keyboard, and its keys are not those of the book', async () => {
  const page = await open('?seed=42')
  await page.evaluate(() => {
    globalThis.keys = []
    document.addEventListener('keydown', ({ key }) => keys.push(key))
  })
  await button(page, 'Run').focus()
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.getElementById('simulation').dataset.time > 1_000)
  await page.keyboard.press('Enter')
  await page.getByLabel('Speed').focus()
  await page.keyboard.press('ArrowRight')
  await button(page, 'Close tab 1').focus()
  await page.keyboard.press('Enter')
  // The focus goes to another tab, not to the top of the page.
  assert.equal(await page.evaluate(() => document.activeElement.closest('.sim-tab')?.ariaLabel), 'Tab 2')
  assert.deepEqual(await page.evaluate(() => keys), [])
  await close(page)
})

for (const name of ['light', 'dark']) {
  for (const width of [1280, 375]) {
    test(`has no accessibility violations: ${name}, ${width} px`, async () => {
      const page = await open('?seed=11&faults=30&tabs=5', { name, viewport: { width, height: 900 } })
      await assertAccessible(page, 'start')
      await button(page, 'Freeze tab 2').click()
      await runUntil(page, () => document.getElementById('simulation').dataset.time > 12_000)
      await button(page, 'Drop all responses').click()
      await button(page, 'Fill the storage').click()
      await page.waitForFunction(() => document.getElementById('simulation').dataset.time > 20_000)
      await button(page, 'Pause').click()
      await page.getByText('Table of all states').click()
      await page.getByText('Log: what the tabs').click()
      await assertAccessible(page, 'in trouble')
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing is wider than the page')
      await runUntil(page, () => document.getElementById('simulation').dataset.time > 60_000)
      await button(page, 'Pause').click()
      await assertAccessible(page, 'later')
      await close(page)
    })
  }
}

// The documentation as a site.

import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { assertAccessible } from './axe.mjs'
import { root } from './package-support.mjs'
import { launch, startBackend } from './support.mjs'

const { BOOK } = process.env

/** mdBook's pages have scripts and styles in them. Nothing is requested from elsewhere. */
const POLICY = "default-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' data:"

/** Written by mdBook, from no document. */
const GENERATED = ['404.html', 'index.html', 'print.html', 'toc.html']

let backend, browser, pages

before(async () => {
  assert.ok(BOOK, 'BOOK is the folder that `cargo xtask book` builds')
  backend = await startBackend({ folder: BOOK, policy: POLICY })
  browser = await launch()
  pages = (await readdir(BOOK)).filter((name) => name.endsWith('.html') && !GENERATED.includes(name))
})

after(async () => {
  await browser?.close()
  backend?.stop()
})

test('each document is a page of the site', async () => {
  const summary = await readFile(`${root}/docs/SUMMARY.md`, 'utf8')
  const listed = [...summary.matchAll(/\((.*?)\.md\)/g)].map(([, name]) => `${name}.html`)
  const documents = (await readdir(`${root}/docs`)).filter((name) => name.endsWith('.md') && name !== 'SUMMARY.md')
  assert.deepEqual(listed.toSorted(), documents.map((name) => name.replace('.md', '.html')).toSorted())
  assert.deepEqual(pages.toSorted(), listed.toSorted())
})

for (const [colorScheme, width] of [['light', 1280], ['dark', 375]]) {
  test(`axe reports nothing on any page, ${colorScheme} and ${width} px wide`, async () => {
    const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: 800 } })
    const page = await context.newPage()
    for (const name of pages) {
      await page.goto(`${backend.address}/${name}`)
      // The last script has run.
      await page.locator('button[aria-controls="mdbook-sidebar"]').waitFor()
      await assertAccessible(page, name)
    }
    await context.close()
  })
}

test('the table of contents opens and closes by keyboard', async () => {
  const context = await browser.newContext({ viewport: { width: 375, height: 800 } })
  const page = await context.newPage()
  await page.goto(`${backend.address}/yew.html`)
  const button = page.getByRole('button', { name: 'Table of contents' })
  const link = page.getByRole('link', { name: 'On any site' }).first()
  assert.equal(await button.getAttribute('aria-expanded'), 'false')
  await button.press('Enter')
  await link.waitFor()
  assert.equal(await button.getAttribute('aria-expanded'), 'true')
  await button.press('Enter')
  await link.waitFor({ state: 'hidden' })
  await context.close()
})

// Takes a picture of each state, light and dark, wide and narrow, in one engine: a run of Node's test runner.
// They go to PICTURES/<engine>/<state>-<scheme>-<width>.png.

import { mkdir, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { engine, openTab, ready, withEngine, world } from '../engines/engine.mjs'
import { states } from './states.mjs'

const folder = `${process.env.PICTURES}/${engine}`
await mkdir(folder, { recursive: true })

const SIZES = [[1280, 800], [375, 740]]
/** WebKit's window is at least so wide, so the page is in a frame. */
const NARROWEST = 450

withEngine()

/** Opens the demo in this size. */
async function openAt([width, height], query) {
  const page = await openTab('')
  const url = `${page.url}?${query}`
  const isFramed = engine === 'webkit' && width < NARROWEST
  await page.tab.resize(isFramed ? NARROWEST : width, height)
  if (isFramed) {
    await page.goto(`${page.url}nothing-here`)
    await page.evaluate(([src, width, height]) => new Promise((resolve) => {
      const frame = Object.assign(document.createElement('iframe'), { src, width, height, frameBorder: 0, onload: () => resolve(null) })
      document.documentElement.replaceChildren(document.createElement('body'))
      Object.assign(document.body.style, { margin: 0, overflow: 'hidden' })
      document.body.append(frame)
    }), [url, width, height])
    await page.tab.do((browser) => browser.switchTo().frame(0))
  } else {
    await page.goto(url)
  }
  await ready(page)
  return page
}

/** Waits until nothing moves but what never stops. */
const still = (page) => page.until(() => [document, ...findAll('*').flatMap(({ shadowRoot }) => shadowRoot ?? [])].every((tree) =>
  tree.getAnimations().every(({ effect }) => effect.getComputedTiming().iterations === Infinity)))

async function takePicture(page, path) {
  const { tab } = page
  if (tab.page) return tab.page.screenshot({ path })
  const picture = await tab.do(async (browser) => {
    await browser.switchTo().parentFrame()
    const [frame] = await browser.findElements({ css: 'iframe' })
    return (frame ?? browser).takeScreenshot()
  })
  await writeFile(path, picture, 'base64')
}

const wanted = process.env.STATES?.split(',') ?? Object.keys(states)
const unknown = wanted.filter((state) => !states[state])
if (unknown.length) throw new Error(`no state ${unknown}; there are ${Object.keys(states).join(', ')}`)
for (const state of wanted) {
  test(state, async () => {
    const { plan, show } = states[state]
    for (const scheme of ['light', 'dark']) {
      for (const size of SIZES) {
        const w = world()
        if (plan) await w.plan(plan)
        const open = (query = '') => openAt(size, `${w.query}&interval=100&theme=${scheme}&${query}`)
        const page = await show(open, w.base)
        await still(page)
        await takePicture(page, `${folder}/${state}-${scheme}-${size[0]}.png`)
      }
    }
  })
}

// Puts the pictures of each state side by side, an engine in each column: PICTURES/<state>.png.

import { readdir, rm, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { launch } from '../support.mjs'

const folder = process.env.PICTURES
const engines = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name)
const pictures = await Promise.all(engines.map((engine) => readdir(`${folder}/${engine}`)))
const names = [...new Set(pictures.flat())].sort()
const states = [...new Set(names.map((name) => name.split('-').slice(0, -2).join('-')))]

const sheet = `${folder}/sheet.html`
const browser = await launch()
const page = await browser.newPage({ viewport: { width: 2100, height: 1000 } })
for (const state of states) {
  const rows = ['light-1280', 'dark-1280', 'light-375', 'dark-375'].map((variant) => {
    const cells = engines.map((engine) => `<td><img src="${engine}/${state}-${variant}.png" alt="">`)
    return `<tr><th>${variant}${cells.join('')}`
  })
  await writeFile(sheet, `<!doctype html><meta charset="utf-8"><style>
    body { font: 14px sans-serif; } img { max-width: 640px; border: 1px solid #999; } td { vertical-align: top; }
  </style><table><caption>${state}<tr><th>${engines.map((engine) => `<th>${engine}`).join('')}${rows.join('')}</table>`)
  await page.goto(pathToFileURL(sheet).href)
  await page.screenshot({ path: `${folder}/${state}.png`, fullPage: true })
}
await browser.close()
await rm(sheet)
console.log(`${names.length} pictures in ${engines.length} engines; sheets are ${folder}/<state>.png`)

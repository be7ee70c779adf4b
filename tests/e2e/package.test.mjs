// The built package as strangers use it: what is in it, its types, and the examples.

import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { assertAccessible } from './axe.mjs'
import { POLICY, root, run, serve, visit } from './package-support.mjs'
import { launch, toast, video } from './support.mjs'

let browser
before(async () => {
  browser = await launch()
})
after(() => browser?.close())

/** Opens a built example with a server of its own, and closes both once `use` is through. */
async function example(folder, use, context) {
  const backend = await serve(folder)
  const page = await visit(browser, `${backend.address}/`, context)
  try {
    assert.equal(page.policy, POLICY)
    await use(page, backend.world('default'))
    assert.deepEqual(page.problems, [])
  } finally {
    await page.context().close()
    backend.stop()
  }
}

const examples = [
  {
    name: 'plain HTML',
    folder: `${root}/examples/plain-html`,
    row: 'ul li',
    state: (row) => row.getAttribute('data-state'),
    startVideo: (page) => page.getByRole('button', { name: 'Process talk.mp4' }).click(),
  },
  {
    name: 'React',
    folder: `${root}/examples/vite-react/dist`,
    row: 'ul li',
    state: (row) => row.getAttribute('data-state'),
  },
  {
    name: 'Yew',
    folder: process.env.YEW_APP,
    row: '[data-task]',
    state: (row) => row.getAttribute('data-task-state'),
    startVideo: (page) => page.getByRole('button', { name: 'Analyse' }).click(),
  },
]

const shows = (page, kind, outcome) =>
  toast(page, kind).and(page.locator(`[data-kind=${outcome}]`)).waitFor({ timeout: 30_000 })

for (const one of examples) {
  if (one.startVideo) {
    test(`${one.name}: a video on the server is monitored until it ends`, async () => {
      await example(one.folder, async (page, world) => {
        await world.plan({ video: { queued_ms: 0, running_ms: 60_000 } })
        await one.startVideo(page)
        await shows(page, 'video', 'loading')
        await world.plan({ video: { queued_ms: 0, running_ms: 0 } })
        await shows(page, 'video', 'success')
        assert.equal(await one.state(page.locator(one.row)), 'succeeded')
      })
    })
  }
}

test('the storage dialog clears its form and shows Manage immediately, with its exact toasts', async () => {
  await example(`${root}/examples/storage-dialog/dist`, async (page, world) => {
    await world.plan({ video: { queued_ms: 200, running_ms: 60_000 }, embedding: { queued_ms: 200, running_ms: 60_000 } })
    await page.getByRole('button', { name: 'Open storage' }).click()
    await page.locator('input[type=file]').setInputFiles(video)
    await page.getByLabel('Title').fill('My talk')
    await page.getByRole('button', { name: 'Upload', exact: true }).click()
    const uploaded = page.locator('[data-toast]').filter({ hasText: 'Video uploaded! Starting background AI processing...' })
    await uploaded.getByText('You can continue working while we process your video').waitFor()
    await page.getByRole('tab', { name: 'Manage', selected: true }).waitFor()
    await page.getByRole('tabpanel', { name: 'Manage' }).getByText('My talk').waitFor()
    const toastOf = (kind) => toast(page, kind).locator('[data-title]')
    assert.match(await toastOf('video').textContent(), /^🎥 Processing: My talk/)
    await page.getByRole('tab', { name: 'Upload' }).click()
    assert.equal(await page.getByLabel('Title').inputValue(), '')
    await page.getByRole('dialog', { name: 'Storage' }).getByRole('button', { name: 'Close' }).click()
    await toastOf('embedding').waitFor({ timeout: 30_000 })
    assert.match(await toastOf('embedding').textContent(), /^🧠 Generating embeddings: My talk/)
    const id = await toast(page, 'video').getAttribute('data-toast-id')
    await page.reload()
    await page.locator(`[data-toast-id="${id}"]`).waitFor()
    await world.plan({ video: { queued_ms: 0, running_ms: 0 }, embedding: { queued_ms: 0, running_ms: 1_000 } })
    await shows(page, 'video', 'success')
    await shows(page, 'embedding', 'success')
    assert.equal((await world.requests()).filter(({ operation }) => operation === 'video-start').length, 1)
  })
})

for (const { name, folder } of [...examples, { name: 'storage dialog', folder: `${root}/examples/storage-dialog/dist` }]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${name}: fits a narrow screen and is accessible, ${colorScheme}`, async () => {
      await example(folder, async (page) => {
        const open = page.getByRole('button', { name: 'Open storage' })
        await page.getByRole('heading').first().waitFor()
        if (await open.count()) await open.click()
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        assert.ok(width <= 375, `${width} px wide`)
        await assertAccessible(page, name)
      }, { viewport: { width: 375, height: 700 }, colorScheme })
    })
  }
}

for (const app of ['vite-react', 'storage-dialog']) {
  test(`${app} compiles with the strictest options of tsc`, { timeout: 120_000 }, async () => {
    await run('npm', ['run', '--silent', 'check'], `${root}/examples/${app}`)
  })
}

/** The files of an npm package, the hash in the name of its snippets left out. */
async function packed(folder) {
  const [{ files }] = JSON.parse(await run('npm', ['pack', '--dry-run', '--json'], `${root}/${folder}`))
  return files.map(({ path }) => path.replace(/-[0-9a-f]{16}\//, '-…/')).sort()
}

test('npm pack contains module, WASM, types, README and licence, and nothing else', async () => {
  const both = [
    'LICENSE', 'README.md', 'kept-files.js', 'package.json', 's3.d.ts', 's3.js', 'simulated.d.ts', 'simulated.js',
    'simulated/simulator.js', 'simulated/simulator_bg.wasm',
    'snippets/yew-background-tasks-…/src/embed/element.js',
    'snippets/yew-background-tasks-…/src/embed/page.js',
    'yew_background_tasks.d.ts', 'yew_background_tasks.js', 'yew_background_tasks_bg.wasm',
  ]
  assert.deepEqual(await packed('pkg'), both)
  assert.deepEqual(await packed('pkg-bundler'), [...both, 'yew_background_tasks_bg.js'].sort())
})

test('cargo package contains sources, styles, the page and metadata, and nothing else', async () => {
  const listed = (await run('cargo', ['package', '--list', '--allow-dirty'])).trim().split('\n')
  const tracked = (await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src', 'assets'])).trim().split('\n')
  const others = [
    '.cargo_vcs_info.json', 'CHANGELOG.md', 'Cargo.lock', 'Cargo.toml', 'Cargo.toml.orig', 'LICENSE',
    'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'README.zh-CN.md', 'Trunk.toml', 'build.rs', 'index.html',
  ]
  assert.deepEqual(listed.sort(), [...tracked, ...others].sort())
})

test('the package contains nothing of the demo', async () => {
  const folder = `${root}/src/demo/texts`
  const files = (await readdir(folder)).map((name) => `${folder}/${name}`)
  const texts = (await Promise.all([`${folder}.rs`, ...files].map((file) => readFile(file, 'utf8')))).join('\n')
  // Long enough that no other text has them by chance.
  const all = [...texts.matchAll(/: "([^"\\]{24,})"/g)].map(([, text]) => text)
  const library = await readFile(`${root}/crates/core/src/messages/english.rs`, 'utf8')
  const own = all.filter((text) => !library.includes(text))
  assert.ok(own.length > 5, 'the demo says something')
  const wasm = await readFile(`${root}/pkg/yew_background_tasks_bg.wasm`)
  assert.deepEqual(own.filter((text) => wasm.includes(text)), [])
  const dist = await readdir(process.env.DIST)
  const demo = await readFile(`${process.env.DIST}/${dist.find((name) => name.endsWith('.wasm'))}`)
  assert.ok(own.some((text) => demo.includes(text)), 'the demo itself has them where they are looked for')
})

test('no public type contains any', async () => {
  for (const folder of ['pkg', 'pkg-bundler']) {
    const files = ['yew_background_tasks', 's3'].map((name) => readFile(`${root}/${folder}/${name}.d.ts`, 'utf8'))
    const types = (await Promise.all(files)).join('\n')
    // What wasm-bindgen says of the WASM's own exports is nobody's API.
    const own = types.replace(/export interface InitOutput {[^}]*}/, '').replace(/\/\*[^]*?\*\//g, '')
    assert.deepEqual(own.split('\n').filter((line) => /\bany\b/.test(line)), [])
  }
})

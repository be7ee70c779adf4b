// Records the flow of README as an animated picture: a video is chosen and uploaded, the dialog closes, and the user
// goes on while toasts show the progress. Writes ANIMATION, and STILL, one of its frames; FRAMES is a folder for all.
//
// The page's time is virtual, the simulator has a seed, and animations are set to that time before each frame, so the
// speed of the machine does not show. Two recordings differ by a frame or a pixel: the file is read in real time.

import { mkdir, writeFile } from 'node:fs/promises'
import UPNG from 'upng-js'
import { launch, open, startBackend } from '../support.mjs'

const { ANIMATION, STILL, FRAMES } = process.env

const SIZE = { width: 1000, height: 640 }
/** Device pixels per pixel. */
const SCALE = 1.5
/** Milliseconds of page time between two frames. */
const STEP = 100
const TITLE = 'Introduction to Rust.mp4'
/** So fast that all three tasks fit into some seconds, with progress in between. */
const QUERY = 'seed=5&speed=2.5&interval=300&theme=light'

const CURSOR = `<svg xmlns="http://www.w3.org/2000/svg" width="22" height="26"><path d="M2 2v18l4.6-4 3 7 3.4-1.5-3-6.8h6.2z"
  fill="#18181b" stroke="#fff" stroke-width="1.5" stroke-linejoin="round"/></svg>`

const backend = await startBackend()
const browser = await launch()
const options = { viewport: SIZE, deviceScaleFactor: SCALE, colorScheme: 'light' }
const cursor = await pictureOfCursor()
const page = await open(browser, backend.address, QUERY, { virtual: true, history: false, ...options })
const frames = []
const pointer = { x: 640, y: 420 }
if (FRAMES) await mkdir(FRAMES, { recursive: true })

await wait(600)
await click(page.getByRole('button', { name: 'Open storage' }))
await wait(500)
await click(page.locator('[data-drop-zone]'), () =>
  page.setInputFiles('input[type=file]', { name: TITLE, mimeType: 'video/mp4', buffer: Buffer.alloc(3 << 20, 7) }))
await wait(700)
await click(page.locator('[data-upload]'))
await wait(900)
await click(page.locator('[data-storage-dialog]').getByRole('button', { name: 'Close' }))
await click(page.locator('textarea'))
for (const letter of 'Meanwhile, I keep taking notes.') {
  await page.keyboard.type(letter)
  await wait(STEP)
}
const still = frames.length - 1
for (let waited = 0; await isBusy(); waited += STEP) {
  if (waited > 60_000) throw new Error('the tasks do not end')
  await wait(STEP)
}
await wait(1_200)
await click(page.locator('[data-tasks-indicator]'))
await wait(2_500)
if (page.problems.length > 0) throw new Error(page.problems.join('\n'))
await browser.close()
backend.stop()

const { width, height } = frames[0]
const encode = (list) =>
  Buffer.from(UPNG.encode(list.map(({ pixels }) => pixels.buffer), width, height, 0, list.map(({ delay }) => delay)))
await writeFile(STILL, encode([frames[still]]))
const animation = encode(frames)
await writeFile(ANIMATION, animation)
console.log(`${frames.length} frames, ${(animation.length / 1000).toFixed(0)} kB`)

/** Lets the page's time pass, a frame after each step. */
async function wait(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += STEP) {
    await page.clock.runFor(STEP)
    await page.evaluate(animate, STEP)
    await takeFrame()
  }
}

/** Advances all animations and transitions of the page. Those that it has not seen began during this step. */
function animate(step) {
  globalThis.known ??= new WeakSet()
  for (const animation of document.getAnimations()) {
    animation.pause()
    const time = step + (globalThis.known.has(animation) ? Number(animation.currentTime) : 0)
    globalThis.known.add(animation)
    if (time < animation.effect.getComputedTiming().endTime) animation.currentTime = time
    else animation.finish()
  }
}

async function takeFrame() {
  const png = UPNG.decode(await page.screenshot({ animations: 'allow' }))
  const pixels = new Uint8Array(UPNG.toRGBA8(png)[0])
  blend(pixels, png.width, png.height)
  const last = frames.at(-1)
  if (last && Buffer.compare(last.pixels, pixels) === 0) {
    last.delay += STEP
    return
  }
  frames.push({ pixels, width: png.width, height: png.height, delay: STEP })
  if (FRAMES) {
    const picture = UPNG.encode([pixels.buffer], png.width, png.height, 0)
    await writeFile(`${FRAMES}/${String(frames.length).padStart(3, '0')}.png`, Buffer.from(picture))
  }
}

/** Moves the pointer to an element in a few frames, and clicks. */
async function click(element, act) {
  const box = await element.boundingBox()
  const from = { ...pointer }
  const to = { x: box.x + box.width * 0.5, y: box.y + Math.min(box.height * 0.55, 60) }
  for (const share of [0.15, 0.5, 0.85, 1]) {
    pointer.x = from.x + (to.x - from.x) * share
    pointer.y = from.y + (to.y - from.y) * share
    await page.mouse.move(pointer.x, pointer.y)
    await wait(STEP)
  }
  if (act) await act()
  else await page.mouse.click(to.x, to.y)
  await wait(STEP)
}

function isBusy() {
  return page.evaluate(() => backgroundTasks.tasks().length < 3 ||
    backgroundTasks.tasks().some(({ state }) => !['succeeded', 'failed', 'cancelled'].includes(state)))
}

/** The pointer, which screenshots do not contain. */
async function pictureOfCursor() {
  const page = await browser.newPage(options)
  await page.setContent(`<style>body { margin: 0; background: none; } svg { display: block; }</style>${CURSOR}`)
  const png = UPNG.decode(await page.locator('svg').screenshot({ omitBackground: true }))
  await page.close()
  return { width: png.width, height: png.height, pixels: new Uint8Array(UPNG.toRGBA8(png)[0]) }
}

/** Draws the pointer. */
function blend(pixels, width, height) {
  const [left, top] = [pointer.x - 2, pointer.y - 2].map((place) => Math.round(place * SCALE))
  for (let y = 0; y < cursor.height && top + y < height; y += 1) {
    for (let x = 0; x < cursor.width && left + x < width; x += 1) {
      const [source, target] = [(y * cursor.width + x) * 4, ((top + y) * width + left + x) * 4]
      const alpha = cursor.pixels[source + 3] / 255
      for (let part = 0; part < 3; part += 1) {
        pixels[target + part] = cursor.pixels[source + part] * alpha + pixels[target + part] * (1 - alpha)
      }
    }
  }
}

// WebKit (WebKitGTK's MiniBrowser), driven by WebDriver, on a screen of its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Builder, Capabilities, Key } from 'selenium-webdriver'

export const emulatesOffline = false

/** Milliseconds. */
const COMMAND_LIMIT = 60_000

/** A context is a browser of its own, since a driver has one session. */
export async function start() {
  let version
  // Starting a browser takes seconds, so the next one starts during a test.
  let next = session()
  return {
    version: () => version,
    async context() {
      const { browser, end } = await next
      next = session()
      version = `WebKitGTK ${(await browser.getCapabilities()).get('browserVersion')}`
      const windows = new Windows(browser)
      return { tab: () => windows.open(), close: end }
    },
    async close() {
      await (await next).end()
    },
  }
}

/** Starts a screen and a browser on it. The focus is in one window of a screen, and browsers must not share it. */
async function session() {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const [display] = await once(screen.stdio[3], 'data')
  const env = { ...process.env, DISPLAY: `:${String(display).trim()}`, WEBKIT_DISABLE_DMABUF_RENDERER: '1' }
  // Without a window manager no window has the focus, and `:focus` matches nothing.
  const manager = spawn('openbox', [], { env, stdio: 'ignore' })
  const port = await freePort()
  const driver = spawn(process.env.WEBKIT_DRIVER, [`--port=${port}`], { env, stdio: 'ignore' })
  const stop = () => [driver, manager, screen].forEach((child) => child.kill())
  process.once('exit', stop)
  const address = `http://127.0.0.1:${port}`
  // The driver prints nothing when it is ready.
  for (let tries = 0; !(await fetch(`${address}/status`).then(({ ok }) => ok, () => false)); tries += 1) {
    if (tries > 1_000) throw new Error('the WebKit driver does not respond')
    await delay(10)
  }
  const capabilities = new Capabilities({ browserName: 'MiniBrowser' })
  const browser = await new Builder().usingServer(address).withCapabilities(capabilities).build()
  return {
    browser,
    async end() {
      await browser.quit()
      stop()
      process.off('exit', stop)
    },
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** The windows of a browser. A command is for the current one, so commands wait for each other. */
class Windows {
  last = Promise.resolve()
  isFirst = true

  constructor(browser) {
    this.browser = browser
  }

  open() {
    return this.turn(async () => {
      // A tab behind another one in its window would be hidden.
      if (!this.isFirst) await this.browser.switchTo().newWindow('window')
      this.isFirst = false
      this.current = await this.browser.getWindowHandle()
      return new Tab(this, this.current)
    })
  }

  in(handle, command) {
    return this.turn(async () => {
      if (this.current !== handle) await this.browser.switchTo().window(handle)
      this.current = handle
      return command(this.browser)
    })
  }

  turn(run) {
    const turn = this.last.then(() => inTime(run))
    this.last = turn.catch(() => {})
    return turn
  }
}

/** The driver never responds to some commands, so each has a limit. */
async function inTime(run) {
  const over = new AbortController()
  const limit = delay(COMMAND_LIMIT, undefined, { signal: over.signal }).then(() => {
    throw new Error(`the WebKit driver does not respond within ${COMMAND_LIMIT} ms`)
  })
  try {
    return await Promise.race([run(), limit])
  } finally {
    over.abort()
    limit.catch(() => {})
  }
}

const KEYS = { Alt: Key.ALT, Control: Key.CONTROL, Shift: Key.SHIFT, Tab: Key.TAB, Enter: Key.ENTER, Escape: Key.ESCAPE,
  Home: Key.HOME, ArrowRight: Key.ARROW_RIGHT }

class Tab {
  constructor(windows, handle) {
    this.do = (command) => windows.in(handle, command)
  }

  goto = (url) => this.do((browser) => browser.get(url))
  reload = () => this.do((browser) => browser.navigate().refresh())
  // A script that meets the page while it is replaced by a kept one gets no response.
  back = () => this.do((browser) => browser.navigate().back())
  click = () => this.do((browser) => browser.actions().press().release().perform())
  down = () => this.do((browser) => browser.actions().press().perform())
  up = () => this.do((browser) => browser.actions().release().perform())
  type = (text) => this.do((browser) => browser.actions().sendKeys(text).perform())

  /** The result travels as text: the driver cannot always read a value of the page. */
  async evaluate(run, argument) {
    // Only what is a promise is awaited: the driver may wait for ever for one that a busy page returns.
    const asText = (result) => {
      const text = (value) => JSON.stringify(value) ?? 'null'
      return typeof result?.then === 'function' ? result.then(text) : text(result)
    }
    const script = `return (${asText})((${run})(arguments[0]))`
    return JSON.parse(await this.do((browser) => browser.executeScript(script, argument)))
  }

  async move(x, y) {
    const point = { x: Math.round(x), y: Math.round(y), duration: 0 }
    await this.do((browser) => browser.actions().move(point).perform())
  }

  async resize(width, height) {
    const around = await this.evaluate(() => [outerWidth - innerWidth, outerHeight - innerHeight])
    const rect = { x: 0, y: 0, width: width + around[0], height: height + around[1] }
    await this.do((browser) => browser.manage().window().setRect(rect))
  }

  setFiles(selector, paths) {
    return this.do(async (browser) => (await browser.findElement({ css: selector })).sendKeys(paths.join('\n')))
  }

  press(modifiers, key) {
    return this.do((browser) => {
      let actions = browser.actions()
      for (const modifier of modifiers) actions = actions.keyDown(KEYS[modifier])
      actions = actions.sendKeys(KEYS[key] ?? key)
      for (const modifier of modifiers) actions = actions.keyUp(KEYS[modifier])
      return actions.perform()
    })
  }

  close = () => this.do((browser) => browser.close())
}

// Chromium, driven by Playwright.

import { launch } from '../support.mjs'

export const emulatesOffline = true

const SIZE = { width: 1280, height: 800 }

/** Starts the browser. A context has its own storage; its tabs share it. */
export async function start() {
  // Playwright disables the back/forward cache.
  const browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })
  return {
    version: () => `Chromium ${browser.version()}`,
    async context() {
      const context = await browser.newContext({ viewport: SIZE })
      return {
        tab: async () => new Tab(await context.newPage()),
        close: () => context.close(),
      }
    },
    close: () => browser.close(),
  }
}

class Tab {
  constructor(page) {
    this.page = page
    page.on('dialog', (dialog) => dialog.accept())
  }

  resize = (width, height) => this.page.setViewportSize({ width, height })
  goto = (url) => this.page.goto(url)
  reload = () => this.page.reload()
  evaluate = (run, argument) => this.page.evaluate(run, argument)
  move = (x, y) => this.page.mouse.move(x, y)
  click = async () => {
    await this.down()
    await this.up()
  }

  down = () => this.page.mouse.down()
  up = () => this.page.mouse.up()
  type = (text) => this.page.keyboard.type(text)
  setFiles = (selector, paths) => this.page.setInputFiles(selector, paths)
  setOffline = (offline) => this.page.context().setOffline(offline)
  close = () => this.page.close()

  press(modifiers, key) {
    const name = /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key
    return this.page.keyboard.press([...modifiers, name].join('+'))
  }
}

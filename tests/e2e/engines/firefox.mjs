// Firefox, driven by WebDriver BiDi.

import puppeteer from 'puppeteer-core'

export const emulatesOffline = true

/** Starts the browser. A context has its own storage; its tabs share it. */
export async function start() {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: process.env.FIREFOX, headless: true })
  return {
    version: () => browser.version(),
    async context() {
      const context = await browser.createBrowserContext()
      return {
        // A tab behind another one in its window would be hidden.
        tab: async () => new Tab(await context.newPage({ type: 'window' })),
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

  resize = (width, height) => this.page.setViewport({ width, height })
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
  setOffline = (offline) => this.page.setOfflineMode(offline)
  close = () => this.page.close()

  async setFiles(selector, paths) {
    const input = await this.page.$(selector)
    await input.uploadFile(...paths)
  }

  async press(modifiers, key) {
    for (const modifier of modifiers) await this.page.keyboard.down(modifier)
    await this.page.keyboard.press(key)
    for (const modifier of modifiers) await this.page.keyboard.up(modifier)
  }
}

// Firefox, driven by WebDriver BiDi.

import puppeteer from 'puppeteer-core'
import { Tab, browserOf } from './tab.mjs'

export const emulatesOffline = true

/** Starts the browser. A context has its own storage; its tabs share it. */
export async function start() {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: process.env.FIREFOX, headless: true })
  return browserOf(
    browser,
    () => browser.version(),
    () => browser.createBrowserContext(),
    // A tab behind another one in its window would be hidden.
    async (context) => new FirefoxTab(await context.newPage({ type: 'window' })),
  )
}

class FirefoxTab extends Tab {
  resize = (width, height) => this.page.setViewport({ width, height })
  setOffline = (offline) => this.page.setOfflineMode(offline)

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

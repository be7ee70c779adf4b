// Chromium, driven by Playwright.

import { launch } from '../support.mjs'
import { Tab, browserOf } from './tab.mjs'

export const emulatesOffline = true

const SIZE = { width: 1280, height: 800 }

/** Starts the browser. A context has its own storage; its tabs share it. */
export async function start() {
  // Playwright disables the back/forward cache.
  const browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })
  return browserOf(
    browser,
    () => `Chromium ${browser.version()}`,
    () => browser.newContext({ viewport: SIZE }),
    async (context) => new ChromiumTab(await context.newPage()),
  )
}

class ChromiumTab extends Tab {
  resize = (width, height) => this.page.setViewportSize({ width, height })
  setFiles = (selector, paths) => this.page.setInputFiles(selector, paths)
  setOffline = (offline) => this.page.context().setOffline(offline)

  press(modifiers, key) {
    const name = /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key
    return this.page.keyboard.press([...modifiers, name].join('+'))
  }
}

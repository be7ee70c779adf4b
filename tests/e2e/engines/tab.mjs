// A tab of a browser whose library has the interface of Puppeteer: Playwright and Puppeteer.

export class Tab {
  constructor(page) {
    this.page = page
    page.on('dialog', (dialog) => dialog.accept())
  }

  goto = (url) => this.page.goto(url)
  reload = () => this.page.reload()
  // The libraries wait for a load event, which a page that the browser has kept does not fire.
  back = () => this.page.evaluate(() => { history.back() })
  evaluate = (run, argument) => this.page.evaluate(run, argument)
  move = (x, y) => this.page.mouse.move(x, y)
  click = async () => {
    await this.down()
    await this.up()
  }

  down = () => this.page.mouse.down()
  up = () => this.page.mouse.up()
  type = (text) => this.page.keyboard.type(text)
  close = () => this.page.close()
}

/** The layer's browser, where `newTab` opens a tab in a context that `newContext` creates. */
export const browserOf = (browser, version, newContext, newTab) => ({
  version,
  async context() {
    const context = await newContext()
    return { tab: () => newTab(context), close: () => context.close() }
  },
  close: () => browser.close(),
})

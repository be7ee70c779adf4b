// A page in any engine, as a user handles it. `find`, `findAll`, `text` and `focused` are defined on it by harness.js.

import { eventually } from '../support.mjs'

export class Page {
  problems = []
  warnings = []

  constructor(tab, connection) {
    this.tab = tab
    this.connection = connection
  }

  /** Runs a function on the page with one argument, and returns its result, which must be JSON. */
  evaluate(run, argument) {
    return this.tab.evaluate(run, argument)
  }

  /** Waits until a function on the page returns a truthy value, and returns it. */
  until(test, argument, limit) {
    return eventually(() => this.evaluate(test, argument), limit).catch(async (error) => {
      const seen = await this.evaluate(() => document.body.innerText.slice(0, 2_000)).catch(String)
      throw new Error(`${error.message}\nthe page shows: ${seen}`)
    })
  }

  /** Waits for an element that matches. */
  async waitFor(selector) {
    await this.until((selector) => !!find(selector), selector)
  }

  async waitUntilGone(selector) {
    await this.until((selector) => !find(selector), selector)
  }

  count(selector) {
    return this.evaluate((selector) => findAll(selector).length, selector)
  }

  text(selector) {
    return this.evaluate((selector) => text(selector), selector)
  }

  attribute(selector, name) {
    return this.evaluate(([selector, name]) => find(selector)?.getAttribute(name) ?? null, [selector, name])
  }

  value(selector) {
    return this.evaluate((selector) => find(selector).value, selector)
  }

  /** The boxes of all elements that match, in pixels. */
  boxes(selector) {
    return this.evaluate((selector) => findAll(selector).map((element) => element.getBoundingClientRect().toJSON()), selector)
  }

  /** The middle of an element, once it stands still and a pointer reaches it. */
  async middle(selector, name) {
    let last
    return eventually(async () => {
      const before = last
      last = await this.evaluate(([selector, name]) => new Promise((resolve) =>
        requestAnimationFrame(() => resolve(middle(selector, name ?? undefined)))), [selector, name ?? null])
      return last && String(last) === String(before) && last
    }).catch((error) => { throw new Error(`${selector} ${name ?? ''} cannot be reached: ${error.message}`) })
  }

  async hover(selector, name) {
    await this.tab.move(...(await this.middle(selector, name)))
  }

  async click(selector, name) {
    // What is clicked may have moved in the meantime.
    for (let point, seen; !seen || String(seen) !== String(point); ) {
      point = await this.middle(selector, name)
      await this.tab.move(...point)
      seen = await this.evaluate(([selector, name]) => middle(selector, name ?? undefined), [selector, name ?? null])
    }
    await this.tab.click()
  }

  move(x, y) {
    return this.tab.move(x, y)
  }

  /** Presses the mouse at a point and moves it by `(x, y)`, in steps with a frame each. */
  async drag(from, [x, y], steps = 10) {
    await this.tab.move(...from)
    await this.tab.down()
    for (let step = 1; step <= steps; step += 1) {
      await this.tab.move(from[0] + (x * step) / steps, from[1] + (y * step) / steps)
      await this.frame()
    }
  }

  release() {
    return this.tab.up()
  }

  frame() {
    return this.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(null))))
  }

  /** Presses a key with its modifiers, such as `Shift+Tab`. */
  press(chord) {
    const keys = chord.split('+')
    return this.tab.press(keys.slice(0, -1), keys.at(-1))
  }

  /** Replaces the content of a field by typing. */
  async fill(selector, text) {
    await this.click(selector)
    await this.evaluate((selector) => { find(selector).select() }, selector)
    await this.tab.type(text)
  }

  focus(selector, name) {
    return this.evaluate(([selector, name]) => { find(selector, name ?? undefined).focus() }, [selector, name ?? null])
  }

  setFiles(selector, ...paths) {
    return this.tab.setFiles(selector, paths)
  }

  /** Emulates a lost connection. Where the engine cannot, the server is gone and the page gets the event. */
  async setOffline(offline) {
    if (this.tab.setOffline) return this.tab.setOffline(offline)
    if (offline) this.connection.cut()
    else await this.connection.restore()
    await this.evaluate((offline) => {
      Object.defineProperty(navigator, 'onLine', { value: !offline, configurable: true })
      window.dispatchEvent(new Event(offline ? 'offline' : 'online'))
    }, offline)
  }

  /** Hides or shows the tab, as a browser would. */
  setVisibility(state) {
    return this.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
      Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, state)
  }

  async goto(url) {
    await this.tab.goto(url)
  }

  /** Goes back in the history, also to a page that the browser has kept. */
  async back(url) {
    await this.tab.back()
    await eventually(async () => (await this.evaluate(() => location.href).catch(() => null)) === url)
  }

  async reload() {
    await this.collect()
    await this.tab.reload()
  }

  /** Moves what the page has recorded to `problems` and `warnings`. */
  async collect() {
    const [problems, warnings] = await this.evaluate(() => [problems.splice(0), globalThis.warnings.splice(0)])
    this.problems.push(...problems)
    this.warnings.push(...warnings)
  }

  close() {
    return this.tab.close()
  }
}

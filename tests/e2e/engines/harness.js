// Runs before the scripts of a page under test: records what it says, takes features away, and finds elements.
// A file of its own, because no engine but Chromium and Firefox can run a script before those of a page.

{
  globalThis.problems = []
  globalThis.warnings = []
  const said = (words) => words.map(String).join(' ')
  for (const [method, list] of [['error', problems], ['warn', warnings]]) {
    const print = console[method]
    console[method] = (...words) => {
      list.push(said(words))
      print.apply(console, words)
    }
  }
  addEventListener('error', ({ message }) => problems.push(message))
  addEventListener('unhandledrejection', ({ reason }) => problems.push(String(reason)))
  document.addEventListener('securitypolicyviolation', (event) =>
    problems.push(`${event.violatedDirective} refuses ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`))

  /** Reads style sheets like a browser that does not know these words, also those of links. */
  const unknown = (...words) => {
    const replace = CSSStyleSheet.prototype.replaceSync
    CSSStyleSheet.prototype.replaceSync = function (text) {
      const without = (text, word) => text.replaceAll(word, word.replace(/[a-z]/, '-no-$&'))
      return replace.call(this, words.reduce(without, text))
    }
    addEventListener('DOMContentLoaded', () => {
      for (const link of document.querySelectorAll('link[rel=stylesheet]')) {
        const request = new XMLHttpRequest()
        request.open('GET', link.href, false)
        request.send()
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(request.responseText)
        document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets]
        link.remove()
      }
    })
  }

  const broken = {
    'no-light-dark': () => unknown('light-dark('),
    'no-color-mix': () => unknown('light-dark(', 'color-mix('),
    'no-has': () => unknown(':has('),
    'no-anchors': () => unknown('position-area', 'position-anchor', 'anchor-name'),
    'no-content-visibility': () => unknown('content-visibility', 'contain-intrinsic'),
    'no-popover': () => {
      unknown(':popover-open')
      for (const name of ['popover', 'showPopover', 'hidePopover', 'togglePopover']) delete HTMLElement.prototype[name]
      // The browser's own style hides an element with this attribute.
      for (const method of ['setAttribute', 'hasAttribute', 'removeAttribute']) {
        const call = Element.prototype[method]
        Element.prototype[method] = function (name, ...rest) {
          return call.call(this, name === 'popover' ? 'data-no-popover' : name, ...rest)
        }
      }
    },
    'storage-forbidden': () => Object.defineProperty(window, 'localStorage',
      { get() { throw new DOMException('no', 'SecurityError') } }),
    'storage-full': () => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') } },
    'storage-nonsense': () => localStorage.setItem('background-tasks:tasks/video_7_1', '\u0003nonsense'),
    'storage-other-version': () => localStorage.setItem('background-tasks:tasks', '{"version":99,"tasks":[[[}'),
    'no-locks': () => Object.defineProperty(navigator, 'locks', { value: undefined }),
    'locks-forbidden': () => {
      LockManager.prototype.request = () => Promise.reject(new DOMException('no', 'SecurityError'))
    },
  }
  const feature = new URLSearchParams(location.search).get('break')
  if (feature) broken[feature]()

  // The default of 250 is not enough.
  performance.setResourceTimingBufferSize(10_000)
  /** The number of status requests that this page has sent and that have ended. */
  globalThis.checks = () => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/status/')).length

  /** The elements that match, also in open shadow trees; with a `name`, those that contain or are labelled with it. */
  globalThis.findAll = (selector, name, root = document) => {
    const found = [...root.querySelectorAll(selector)].filter((element) => name === undefined ||
      (element.ariaLabel ?? element.textContent).includes(name))
    for (const { shadowRoot } of root.querySelectorAll('*')) {
      if (shadowRoot) found.push(...findAll(selector, name, shadowRoot))
    }
    return found
  }
  globalThis.find = (selector, name) => findAll(selector, name)[0]

  /** The text of an element; null if there is none. */
  globalThis.text = (selector) => find(selector)?.textContent ?? null

  /** The focused element, also in a shadow tree. */
  globalThis.focused = () => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    return element
  }

  /** Whether an element moves, or is about to: a press and a release would not meet at the same one. */
  const isMoving = (element) => {
    if (element?.closest('[data-phase=entering]')) return true
    for (let node = element; node; node = node.parentElement ?? node.getRootNode().host) {
      if (node.getAnimations().some(({ playState }) => playState === 'running')) return true
    }
    return false
  }

  /** The middle of an element if a pointer there reaches it; null if it does not, or not yet. */
  globalThis.middle = (selector, name) => {
    const element = find(selector, name)
    if (isMoving(element)) return null
    element?.scrollIntoView({ block: 'nearest', behavior: 'instant' })
    const { x, y, width, height } = element?.getBoundingClientRect() ?? {}
    const point = [Math.round(x + width / 2), Math.round(y + height / 2)]
    let hit = width && document.elementFromPoint(...point)
    for (let inner; hit?.shadowRoot && (inner = hit.shadowRoot.elementFromPoint(...point)) && inner !== hit;) hit = inner
    return hit && element.contains(hit) ? point : null
  }

  // The texts of each toast, in order.
  globalThis.toastHistory = []
  const look = () => {
    for (const toast of document.querySelectorAll('[data-toast]:not([data-phase=exiting])')) {
      const part = (selector) => toast.querySelector(selector)?.textContent ?? ''
      const now = [toast.dataset.toastId, toast.dataset.kind, part('[data-title]'), part('[data-description]')]
      const before = toastHistory.findLast(([id]) => id === now[0])
      if (JSON.stringify(before) !== JSON.stringify(now)) toastHistory.push(now)
    }
    // The first render is done, and the browser has not painted it yet.
    if (!globalThis.firstFrame && document.querySelector('.demo-header')) {
      globalThis.firstFrame = [document.querySelectorAll('[data-toast]').length, 'backgroundTasks' in globalThis]
    }
  }
  const changes = { subtree: true, childList: true, characterData: true, attributes: true }
  new MutationObserver(look).observe(document, changes)
}

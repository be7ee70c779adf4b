// The drawing of the tabs, their requests and the server.

import { element, setAttribute, setText } from './element.js'

const MARKS = {
  queued: '…', recovering: '↻', offline: '⚡', succeeded: '✓', stored: '✓',
  failed: '✕', 'timed out': '✕', interrupted: '!', cancelled: '–',
}

/** How long a request is drawn on its way, in milliseconds, and how many are drawn at most. */
const FLIGHT = 450
const FLIGHTS = 40

/** How much later each of several is drawn that begin together. */
const APART = 80

export class Stage {
  #columns = new Map()
  #flights = 0
  #intervene

  /** `intervene` is called with what a button in a tab does. */
  constructor(intervene) {
    this.#intervene = intervene
    this.tabs = element('div', { class: 'sim-tabs' })
    this.empty = element('p', { class: 'sim-empty' }, 'No tab is open. What was started goes on on the server; open a tab to see how it comes back.')
    this.serverTasks = element('ul', { class: 'sim-tasks' })
    this.storage = element('p')
    const group = (name, label, title, content) =>
      element('div', { class: name, role: 'group', 'aria-label': label }, element('p', { class: 'sim-name' }, title), content)
    this.element = element('div', { class: 'sim-stage' },
      group('sim-storage', 'Storage that the tabs share', 'Shared storage', this.storage),
      this.tabs, this.empty,
      group('sim-server', 'Server', 'Server', this.serverTasks))
  }

  /** Draws a view. With `moves`, requests are drawn on their way. */
  draw(view, moves) {
    setAttribute(this.element, 'data-dropped', view.responsesDropped ? '' : undefined)
    const open = view.tabs.filter((tab) => !tab.closed)
    for (const [number, column] of this.#columns) {
      if (open.some((tab) => tab.number === number)) continue
      this.#columns.delete(number)
      this.#remove(column)
    }
    const isLed = open.some((tab) => tab.leads && !tab.frozen)
    for (const tab of open) {
      const column = this.#columns.get(tab.number) ?? this.#add(tab.number)
      drawTab(column, tab, isLed && tab.frozen)
      drawTasks(column.tasks, view.tasks.map((task, index) => [task.kind, tab.shown[index]]), 'not known here')
      this.#drawRequests(column, tab.requests, moves, view.responsesDropped)
    }
    this.empty.hidden = open.length > 0
    drawTasks(this.serverTasks, view.tasks.map((task) => [task.kind, task.server]), 'nothing yet')
    setText(this.storage, `${view.records} ${view.records === 1 ? 'record' : 'records'}${view.storageFull ? '; it is full, and nothing can be written' : ''}`)
    setAttribute(this.element, 'data-full', view.storageFull ? '' : undefined)
  }

  #add(number) {
    const button = (label, what) => element('button', { type: 'button', 'aria-label': `${label} tab ${number}`, onclick: () => this.#intervene(`${what()}-${number}`) }, label)
    const column = {
      requests: new Map(),
      badges: element('p', { class: 'sim-badges' }),
      tasks: element('ul', { class: 'sim-tasks' }),
      flight: element('p', { class: 'sim-requests' }),
      cable: element('div', { class: 'sim-cable', 'aria-hidden': 'true' }),
      show: button('Show', () => 'show'),
      freeze: button('Freeze', () => (column.window.dataset.state === 'frozen' ? 'thaw' : 'freeze')),
      close: button('Close', () => 'close'),
    }
    column.window = element('div', { class: 'sim-tab', role: 'group', 'aria-label': `Tab ${number}` },
      element('p', { class: 'sim-name' }, `Tab ${number}`), column.badges, column.tasks, column.flight,
      element('p', { class: 'sim-buttons' }, column.show, column.freeze, column.close))
    column.element = element('div', { class: 'sim-column', 'data-tab': number }, column.window, column.cable)
    this.tabs.append(column.element)
    this.#columns.set(number, column)
    return column
  }

  /** Removes a tab; the focus goes to the next one rather than to the top of the document. */
  #remove({ element }) {
    const hadFocus = element.contains(document.activeElement)
    element.remove()
    if (hadFocus) this.tabs.querySelector('button:not(:disabled)')?.focus()
  }

  #drawRequests(column, requests, moves, areDropped) {
    const counts = new Map()
    for (const [, what] of requests) counts.set(what, (counts.get(what) ?? 0) + 1)
    const texts = [...counts].map(([what, count]) => (count > 1 ? `${what} × ${count}` : what))
    setText(column.flight, texts.length ? `⇅ ${texts.join(', ')}` : '⇅ no request')
    const now = new Map(requests)
    if (moves) {
      const sent = [...now.keys()].filter((id) => !column.requests.has(id))
      const answered = areDropped ? [] : [...column.requests.keys()].filter((id) => !now.has(id))
      sent.forEach((_, index) => this.#fly(column.cable, 'request', index * APART))
      answered.forEach((_, index) => this.#fly(column.cable, 'response', index * APART))
    }
    column.requests = now
  }

  /** A dot that moves along the cable. */
  #fly(cable, what, delay) {
    if (this.#flights >= FLIGHTS) return
    this.#flights += 1
    const dot = element('span', { class: `sim-dot sim-${what}` })
    cable.append(dot)
    const way = [{ top: '0%' }, { top: '100%' }]
    const flight = dot.animate(what === 'request' ? way : way.reverse(), { duration: FLIGHT, delay, fill: 'backwards', easing: 'ease-in-out' })
    flight.onfinish = flight.oncancel = () => {
      this.#flights -= 1
      dot.remove()
    }
  }
}

function drawTab(column, tab, wasReplaced) {
  const state = tab.frozen ? 'frozen' : tab.visible ? 'visible' : 'hidden'
  setAttribute(column.window, 'data-state', state)
  setAttribute(column.window, 'data-leader', tab.leads && !wasReplaced ? '' : undefined)
  const role = tab.leads ? (wasReplaced ? 'was leader' : 'leader') : 'follower'
  const badges = [[role, role], [state, state], ...(tab.frozen && tab.visible ? [['visible', 'visible']] : [])]
  const text = badges.map(([label]) => label).join(' ')
  if (column.badges.dataset.text !== text) {
    column.badges.dataset.text = text
    column.badges.replaceChildren(...badges.flatMap(([label, kind]) => [element('span', { 'data-badge': kind }, label), ' ']))
  }
  // The focus stays on a button that cannot be used now.
  setAttribute(column.show, 'aria-disabled', tab.visible ? 'true' : undefined)
  const freeze = tab.frozen ? 'Thaw' : 'Freeze'
  setText(column.freeze, freeze)
  setAttribute(column.freeze, 'aria-label', `${freeze} tab ${tab.number}`)
}

/** The tasks of a tab or of the server: `[kind, state]` each. */
function drawTasks(list, tasks, missing) {
  while (list.children.length > tasks.length) list.lastElementChild.remove()
  while (list.children.length < tasks.length) {
    const number = list.children.length + 1
    const parts = [['sim-number', String(number)], ['sim-mark', ''], ['sim-hidden', '']]
    list.append(element('li', {}, ...parts.map(([name, text]) =>
      element('span', { class: name, 'aria-hidden': name === 'sim-hidden' ? undefined : 'true' }, text))))
  }
  tasks.forEach(([kind, state], index) => {
    const item = list.children[index]
    const [name, percent] = state ?? [missing, null]
    const written = `${kind} ${name} ${percent}`
    if (item.dataset.written === written) return
    item.dataset.written = written
    item.dataset.state = state ? name : 'none'
    item.style.setProperty('--percent', percent ?? 0)
    const isWorking = ['running', 'uploading'].includes(name)
    const [, mark, text] = item.children
    setText(mark, state ? (isWorking ? String(percent ?? '…') : MARKS[name]) : '')
    setText(text, `Task ${index + 1}, ${kind}: ${name}${isWorking && percent !== null ? `, ${percent} %` : ''}`)
    item.title = text.textContent
  })
}

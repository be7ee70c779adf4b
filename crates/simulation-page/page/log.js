// What has happened, line by line, and all states as a table.

import { element, setText } from './element.js'

/** How many lines are kept. */
const LINES = 300

export class Log {
  #lines = []

  constructor() {
    this.text = element('pre', { tabindex: '0', role: 'region', 'aria-label': 'Log' })
    this.table = element('table')
    this.scroll = element('div', { class: 'sim-scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of all states' }, this.table)
    this.log = element('details', {}, element('summary', {}, 'Log: what the tabs send, receive and show'), this.text)
    this.states = element('details', {}, element('summary', {}, 'Table of all states'), this.scroll)
    this.element = element('div', { class: 'sim-details' }, this.states, this.log)
    for (const details of [this.log, this.states]) details.addEventListener('toggle', () => this.#view && this.draw(this.#view))
  }

  #view

  clear() {
    this.#lines = []
  }

  add(lines) {
    this.#lines.push(...lines)
    if (this.#lines.length > LINES) this.#lines.splice(0, this.#lines.length - LINES)
  }

  draw(view) {
    this.#view = view
    if (this.log.open) {
      const isAtEnd = this.text.scrollTop + this.text.clientHeight >= this.text.scrollHeight - 5
      setText(this.text, this.#lines.join('\n'))
      if (isAtEnd) this.text.scrollTop = this.text.scrollHeight
    }
    if (this.states.open) this.#drawTable(view)
  }

  #drawTable(view) {
    const open = view.tabs.filter((tab) => !tab.closed)
    const head = ['Task', 'Kind', ...open.map((tab) => `Tab ${tab.number}`), 'Server']
    const rows = view.tasks.map((task, index) => [String(index + 1), task.kind, ...[...open.map((tab) => tab.shown[index]), task.server].map(written)])
    // Rebuilt only if something has changed, so that a selection survives.
    const text = JSON.stringify([head, rows])
    if (this.table.dataset.text === text) return
    this.table.dataset.text = text
    this.table.replaceChildren(
      element('thead', {}, element('tr', {}, ...head.map((title) => element('th', { scope: 'col' }, title)))),
      element('tbody', {}, ...rows.map(([number, ...cells]) => element('tr', {},
        element('th', { scope: 'row' }, number), ...cells.map((cell) => element('td', {}, cell))))))
  }
}

function written(state) {
  if (!state) return '–'
  const [name, percent] = state
  return percent === null || name === 'succeeded' || name === 'stored' ? name : `${name}, ${percent} %`
}

// The rules, and how often they were checked.

import { clock, element, setAttribute, setText } from './element.js'

const count = new Intl.NumberFormat('en')

export class Rules {
  #items = new Map()

  constructor() {
    this.verdict = element('p', { class: 'sim-verdict' })
    this.list = element('ul', { class: 'sim-rules' })
  }

  draw({ rules, violation }) {
    let checks = 0
    for (const [rule, times] of rules) {
      checks += times
      const { item, mark, number } = this.#items.get(rule) ?? this.#add(rule)
      const state = violation?.rule === rule ? 'broken' : times ? 'kept' : 'unmet'
      setAttribute(item, 'data-state', state)
      setText(mark, { broken: '✕', kept: '✓', unmet: '·' }[state])
      setText(number, times ? `${count.format(times)} ${times === 1 ? 'check' : 'checks'}` : 'no occasion yet')
    }
    if (violation) return this.break(`Broken at ${clock(violation.at)}: ${violation.rule}. ${violation.detail}`)
    setAttribute(this.verdict, 'data-state', 'kept')
    setText(this.verdict, `✓ No rule was broken in ${count.format(checks)} checks`)
  }

  /** Shows what was broken. */
  break(what) {
    setAttribute(this.verdict, 'data-state', 'broken')
    setText(this.verdict, `✕ ${what}`)
  }

  #add(rule) {
    const mark = element('span', { class: 'sim-mark', 'aria-hidden': 'true' })
    const number = element('span', { class: 'sim-count' })
    const name = rule[0].toUpperCase() + rule.slice(1)
    const item = element('li', {}, mark, element('span', {}, name), ' ', number)
    this.list.append(item)
    this.#items.set(rule, { item, mark, number })
    return this.#items.get(rule)
  }
}

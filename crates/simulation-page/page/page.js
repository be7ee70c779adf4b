// The page that runs the simulation.

import init, { Simulation } from './simulation_page.js'
import { clock, element, setAttribute, setText } from './element.js'
import { BUGS, read, within, write } from './link.js'
import { Log } from './log.js'
import { agree, ended, news } from './news.js'
import { Rules } from './rules.js'
import { Stage } from './stage.js'

/** The longest time between two frames that is made up for, in milliseconds. */
const FRAME = 100

/** The longest run, in milliseconds. */
const LONGEST = 3600000

/** What a button does: its label, and how the label of a switch reads while it is on. */
const INTERVENTIONS = [
  ['close-leader', 'Close the leader'],
  ['drop', 'Drop all responses'],
  ['full', 'Fill the storage'],
  ['open', 'Open a tab'],
  ['cancel', 'Cancel a task'],
  ['retry', 'Retry what failed'],
]

/** Runs the simulation in an element. */
function mount(root) {
  let settings = read(location.search)
  let simulation, view, exact, last
  let isRunning = false
  const quiet = matchMedia('(prefers-reduced-motion: reduce)')

  const stage = new Stage(intervene)
  const rules = new Rules()
  const log = new Log()
  const run = element('button', { type: 'button', class: 'sim-run', onclick: () => (isRunning ? pause() : start()) }, 'Run')
  const step = element('button', { type: 'button', onclick: () => { pause(); advance(100) } }, 'Step')
  const restart = element('button', { type: 'button', onclick: () => begin({ ...settings, events: '', t: 0 }) }, 'Restart')
  const replay = element('button', { type: 'button', onclick: () => begin(recorded(), true) }, 'Replay')
  const skip = element('button', { type: 'button', hidden: true, onclick: () => { jump(settings.t); pause() } })
  const time = element('p', { class: 'sim-clock', title: 'Time in the simulation' })
  const speed = select('Speed', [['0.5', '½ ×'], ['1', '1 ×'], ['4', '4 ×'], ['16', '16 ×'], ['60', '60 ×']], '4')
  const status = element('p', { class: 'sim-news', role: 'status' })
  const summary = element('p', { class: 'sim-summary' })
  const link = element('a', { class: 'sim-link' }, 'Link to this run')
  const copy = element('button', { type: 'button', onclick: copyLink }, 'Copy link')
  const buttons = new Map(INTERVENTIONS.map(([what, label]) => [what, element('button', {
    type: 'button', 'aria-pressed': ['drop', 'full'].includes(what) ? 'false' : undefined, onclick: () => intervene(named(what)),
  }, label)]))

  const seed = element('input', { type: 'number', min: 0, max: 4294967295, step: 1 })
  const tabs = select('Tabs', [1, 2, 3, 4, 5].map((count) => [String(count), String(count)]), '3')
  const tasks = element('input', { type: 'number', min: 1, max: 60, step: 1 })
  const faults = select('Requests that fail', [['0', 'none'], ['5', '5 %'], ['15', '15 %'], ['30', '30 %'], ['60', '60 %']], '5')
  const bug = select('Bug in the core', BUGS, '')
  const form = element('form', { class: 'sim-row sim-form', onsubmit: (event) => { event.preventDefault(); change() }, onchange: change },
    label('Seed', seed),
    element('button', { type: 'button', onclick: () => { seed.value = Math.floor(Math.random() * 10000); change() } }, 'Another seed'),
    tabs.label, label('Tasks', tasks), faults.label, bug.label)

  root.replaceChildren(
    element('div', { class: 'sim-row' }, run, step, restart, replay, speed.label, time, skip),
    rules.verdict,
    stage.element,
    status,
    element('div', { class: 'sim-row', role: 'group', 'aria-label': 'What happens' }, ...buttons.values()),
    form,
    element('p', { class: 'sim-row' }, link, copy),
    summary, rules.list, log.element)
  // The documentation's own keys, such as an arrow for the next chapter, are not meant here.
  root.addEventListener('keydown', (event) => event.stopPropagation())
  for (const type of ['pointerenter', 'focus']) link.addEventListener(type, remember)
  begin(settings, !quiet.matches)

  /** Begins a run, and runs it if the last one did. */
  function begin(chosen, runs = isRunning) {
    settings = chosen
    simulation?.free()
    simulation = undefined
    exact = 0
    try {
      simulation = new Simulation(settings.seed, settings.tabs, settings.tasks, settings.faults, settings.bug, settings.events)
    } catch (error) {
      if (!settings.bug && !settings.events) throw error
      begin({ ...settings, bug: '', events: '', t: 0 }, false)
      setText(status, `This link cannot be replayed: ${error}.`)
      return
    }
    for (const [input, name] of [[seed, 'seed'], [tabs.select, 'tabs'], [tasks, 'tasks'], [faults.select, 'faults'], [bug.select, 'bug']]) choose(input, settings[name])
    view = undefined
    log.clear()
    setText(status, settings.events ? `Replaying what was done up to ${clock(settings.t)}.` : '')
    draw(false)
    if (runs) start()
    else pause()
  }

  function change() {
    begin({
      seed: within('seed', seed.value), tabs: within('tabs', tabs.select.value), tasks: within('tasks', tasks.value),
      faults: within('faults', faults.select.value), bug: bug.select.value, events: '', t: 0,
    })
    remember()
  }

  function start() {
    if (isRunning || view.violation || view.time >= LONGEST) return
    isRunning = true
    last = undefined
    draw(false)
    requestAnimationFrame(frame)
  }

  function pause() {
    isRunning = false
    draw(false)
    remember()
  }

  function frame(now) {
    // A page that was removed stops.
    if (!isRunning || !root.isConnected) return
    advance(Math.min(now - (last ?? now), FRAME) * Number(speed.select.value))
    last = now
    requestAnimationFrame(frame)
  }

  function advance(milliseconds) {
    const target = exact + milliseconds
    const stops = exact < settings.t && target >= settings.t
    jump(stops ? settings.t : target, !quiet.matches)
    if (stops && !view.violation) {
      pause()
      setText(status, `This is where the link was made, at ${clock(settings.t)}. Run continues from here.`)
    }
  }

  function jump(target, moves = false) {
    exact = Math.min(target, LONGEST)
    attempt(() => simulation.runTo(Math.floor(exact)))
    draw(moves)
    if (view.violation || view.time >= LONGEST) pause()
  }

  function intervene(what) {
    let isPossible = false
    // It may be between two milliseconds; the run is not.
    attempt(() => { isPossible = simulation.intervene(what) })
    // From here on it is no replay.
    if (isPossible) settings.t = 0
    draw(!quiet.matches)
    if (!isPossible) setText(status, 'That is not possible now.')
    remember()
  }

  /** A panic of the core is a fault too, and ends the run. */
  function attempt(act) {
    try {
      act()
    } catch (error) {
      isRunning = false
      rules.break(`The core has panicked: ${error}`)
      throw error
    }
  }

  function named(what) {
    if (what === 'drop') return view.responsesDropped ? 'drop-off' : 'drop-on'
    if (what === 'full') return view.storageFull ? 'full-off' : 'full-on'
    return what
  }

  function draw(moves) {
    const before = view
    view = JSON.parse(simulation.view())
    stage.draw(view, moves)
    rules.draw(view)
    log.add(simulation.takeTrace())
    log.draw(view)
    const latest = before && news(before, view)
    if (latest) setText(status, `${clock(view.time)} ${latest}`)
    setText(time, clock(view.time))
    const all = view.tasks.length
    const same = { true: ' All tabs that run show the same.', false: ' The tabs do not show the same yet.' }[agree(view)] ?? ''
    setText(summary, `${ended(view)} of ${all} tasks have ended.${same}`)
    setText(run, isRunning ? 'Pause' : 'Run')
    skip.hidden = exact >= settings.t
    setText(skip, `Skip to ${clock(settings.t)}`)
    setAttribute(buttons.get('drop'), 'aria-pressed', view.responsesDropped)
    setAttribute(buttons.get('full'), 'aria-pressed', view.storageFull)
    root.dataset.time = view.time
  }

  /** The settings that replay this run; while one is replayed, those of that run. */
  function recorded() {
    return exact < settings.t ? settings : { ...settings, events: simulation.interventions(), t: view.time }
  }

  /** Puts the run into the link, and into the address of the page. */
  function remember() {
    const query = write(recorded())
    link.href = query
    try {
      history.replaceState(history.state, '', query + location.hash)
    } catch {
      // Safari allows a hundred in half a minute; the link is right all the same.
    }
  }

  async function copyLink() {
    remember()
    const isCopied = await navigator.clipboard.writeText(link.href).then(() => true, () => false)
    setText(status, isCopied ? 'The link is in the clipboard.' : 'The browser refuses access to the clipboard; the address of this page is the same link.')
  }
}

const label = (text, input) => element('label', {}, `${text} `, input)

function select(text, options, chosen) {
  const select = element('select', {}, ...options.map(([value, text]) => element('option', { value, selected: value === chosen }, text)))
  return { select, label: label(text, select) }
}

/** Chooses a value, also one that is not offered, as a link may contain. */
function choose(input, value) {
  input.value = value
  if (input.value !== String(value)) {
    input.append(element('option', { value }, String(value)))
    input.value = value
  }
}

const root = document.getElementById('simulation')
try {
  await init()
  mount(root)
} catch (error) {
  root.replaceChildren(element('p', { role: 'alert' }, `The simulation could not be started: ${error}`))
}

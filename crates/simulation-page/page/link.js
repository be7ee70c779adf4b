// The settings of a run, and the query that replays it.

export const DEFAULTS = { seed: 42, tabs: 3, tasks: 16, faults: 5, bug: '', events: '', t: 0 }

/** The known bugs of the core: their names in a link, and what they are called. */
export const BUGS = [
  ['', 'none'],
  ['frozen-leader-stays', 'a frozen leader keeps the leadership'],
  ['announced-everywhere', 'each tab announces each end'],
  ['connections-not-counted', 'requests are not counted'],
  ['retry-after-for-one-task', 'Retry-After holds for one task only'],
  ['failed-write-forgets', 'a task that could not be stored is forgotten'],
  ['conflict-is-final', 'a request in progress fails its task'],
]

const RANGES = { seed: [0, 4294967295], tabs: [1, 5], tasks: [1, 60], faults: [0, 60], t: [0, 3600000] }

/** The nearest whole number in the range of a setting; its default if it is no number. */
export function within(name, value) {
  const [least, most] = RANGES[name]
  const number = Math.round(Number(value))
  return value === '' || value === null || Number.isNaN(number) ? DEFAULTS[name] : Math.min(Math.max(number, least), most)
}

/** The settings in the query of a URL. */
export function read(search) {
  const query = new URLSearchParams(search)
  const settings = { bug: query.get('bug') ?? '', events: query.get('events') ?? '' }
  for (const name of Object.keys(RANGES)) settings[name] = within(name, query.get(name))
  // A link that does not say where it ends ends with its last event.
  const last = Math.max(0, ...settings.events.split('_').map((event) => Number.parseInt(event) || 0))
  settings.t ||= within('t', last)
  return settings
}

/** The query of settings. */
export function write(settings) {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(DEFAULTS)) {
    const isNeeded = ['seed', 'tabs', 'tasks', 'faults'].includes(name) || settings[name] !== value
    if (isNeeded) query.set(name, settings[name])
  }
  return `?${query}`
}

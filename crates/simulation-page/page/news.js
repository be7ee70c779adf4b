// What has just happened, in a sentence.

const ENDED = ['succeeded', 'failed', 'cancelled', 'interrupted', 'timed out']

const open = (view) => view.tabs.filter((tab) => !tab.closed)
const leader = (view) => open(view).find((tab) => tab.leads && !tab.frozen)?.number

/** The tabs that run: a frozen one shows what it last knew. */
const running = (view) => open(view).filter((tab) => !tab.frozen)

/** How many tasks have ended in each tab that runs. */
export function ended(view) {
  const tabs = running(view)
  const isEnded = (index) => tabs.length > 0 && tabs.every((tab) => ENDED.includes(tab.shown[index]?.[0]))
  return view.tasks.filter((_, index) => isEnded(index)).length
}

/** Whether the tabs that run show the same states; undefined if there are no two. */
export function agree(view) {
  if (running(view).length < 2) return undefined
  const states = running(view).map((tab) => tab.shown.map((state) => state?.[0]).join())
  return states.every((text) => text === states[0])
}

/** The latest news between two views; undefined if there are none. */
export function news(before, view) {
  if (view.violation) return `A rule was broken: ${view.violation.rule}.`
  if (open(view).length === 0) return open(before).length ? 'The last tab is closed.' : undefined
  const [then, now] = [leader(before), leader(view)]
  if (then !== now && now !== undefined) {
    const old = before.tabs.find((tab) => tab.number === then)
    const isClosed = old && view.tabs.find((tab) => tab.number === then).closed
    return then === undefined || !old
      ? `Tab ${now} is the leader: it polls the server for all tabs.`
      : isClosed ? `Tab ${then} is closed; tab ${now} is the leader now.` : `Tab ${now} is the leader now, in place of tab ${then}.`
  }
  if (then !== now) return `Tab ${then} does not run; another tab will take over.`
  const all = view.tasks.length
  if (all > 0 && ended(view) === all && (ended(before) < all || before.tasks.length < all)) {
    return agree(view) ? `All ${all} tasks have ended, and all tabs show the same.` : `All ${all} tasks have ended.`
  }
  return undefined
}

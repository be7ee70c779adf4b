// `subscribe` and `tasks` as a store for frameworks that compare snapshots by identity.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SLOW, bare, close, withBarePage } from './bare.mjs'

withBarePage()

test('tasks() returns the same array and objects until a task changes', async () => {
  const page = await bare({ store: null })
  await page.world.plan(SLOW)
  const same = await page.evaluate(async () => {
    const empty = tasks.tasks() === tasks.tasks()
    const [one, two] = [1, 2].map((id) => tasks.startVideoProcessingTask(id, `${id}.mp4`, `q-${id}`))
    await until(() => tasks.tasks().every(({ state }) => state === 'running'))
    const before = tasks.tasks()
    const unchanged = before === tasks.tasks()
    tasks.cancel(two)
    const after = tasks.tasks()
    const of = (list, id) => list.find((task) => task.id === id)
    tasks.clear(two)
    const cleared = tasks.tasks()
    return {
      empty,
      unchanged,
      changed: before !== after,
      changedTask: of(before, two) !== of(after, two),
      otherTask: of(before, one) === of(after, one) && of(after, one) === cleared[0],
      cleared: cleared !== after && cleared.length === 1,
    }
  })
  assert.deepEqual(same, { empty: true, unchanged: true, changed: true, changedTask: true, otherTask: true, cleared: true })
  await close(page)
})

test('the array and its tasks are frozen', async () => {
  const page = await bare({ store: null })
  const frozen = await page.evaluate(() => {
    tasks.startVideoProcessingTask(1, '1.mp4', 'q-1', { meta: { course: { id: 7 }, tags: ['a'] } })
    const list = tasks.tasks()
    const [{ meta }] = list
    return [list, list[0], meta, meta.course, meta.tags].map((value) => Object.isFrozen(value))
  })
  assert.deepEqual(frozen, [true, true, true, true, true])
  await close(page)
})

test('a listener, tasks() and finished() have the same object of a task', async () => {
  const page = await bare({ store: null })
  await page.world.plan({ video: { queued_ms: 0, running_ms: 100 } })
  const same = await page.evaluate(async () => {
    let heard
    tasks.subscribe((task) => { heard = task })
    const ended = await tasks.finished(tasks.startVideoProcessingTask(1, '1.mp4', 'q-1'))
    return [ended.state, ended === tasks.tasks()[0], ended === heard]
  })
  assert.deepEqual(same, ['succeeded', true, true])
  await close(page)
})

/** React's `useSyncExternalStore`, without React: what a component renders and how often. */
function useStore() {
  globalThis.mount = (subscribe, getSnapshot) => {
    const component = { renders: [], torn: 0 }
    const render = () => {
      const snapshot = getSnapshot()
      // React throws "The result of getSnapshot should be cached" for this.
      if (snapshot !== getSnapshot()) component.torn += 1
      component.snapshot = snapshot
      component.renders.push(snapshot.map(({ title, state }) => `${title} ${state}`).join())
    }
    render()
    component.unmount = subscribe(() => {
      if (getSnapshot() !== component.snapshot) render()
    })
    return component
  }
}

test('subscribe and tasks are an external store without `this`, also for tasks that are removed', async () => {
  const page = await bare({ store: null }, { init: useStore })
  await page.world.plan(SLOW)
  const seen = await page.evaluate(async () => {
    const { subscribe, tasks: getSnapshot } = tasks
    const identity = subscribe === tasks.subscribe && getSnapshot === tasks.tasks
    const component = mount(subscribe, getSnapshot)
    const id = tasks.startVideoProcessingTask(1, 'one', 'q-1')
    await until(() => getSnapshot()[0].state === 'running')
    tasks.cancel(id)
    tasks.clear(id)
    await until(() => component.snapshot.length === 0)
    const rendered = component.renders.slice()
    component.unmount()
    tasks.startVideoProcessingTask(2, 'two', 'q-2')
    return { identity, rendered, torn: component.torn, after: component.renders.length - rendered.length }
  })
  assert.ok(seen.identity, 'the functions are the same at each access')
  assert.equal(seen.torn, 0)
  assert.equal(seen.after, 0, 'nothing is rendered after unsubscribing')
  assert.deepEqual([seen.rendered[0], seen.rendered.at(-2), seen.rendered.at(-1)], ['', 'one cancelled', ''])
  assert.ok(seen.rendered.includes('one running'))
  assert.equal(new Set(seen.rendered).size, seen.rendered.length - 1, 'no render shows what the one before it showed')
  await close(page)
})

test('a removed task is reported to onClear, and otherwise only to a listener without parameters', async () => {
  const page = await bare({ store: null })
  const heard = await page.evaluate(async () => {
    const heard = { onClear: [], withTask: [], withoutTask: 0 }
    tasks.subscribe(() => {}, ({ state }) => heard.onClear.push(state))
    tasks.subscribe(({ state }) => heard.withTask.push(state))
    const id = tasks.startVideoProcessingTask(1, 'one', 'q-1')
    tasks.cancel(id)
    tasks.subscribe(() => { heard.withoutTask += 1 })
    tasks.clear(id)
    return heard
  })
  assert.deepEqual(heard.onClear, ['cancelled'])
  assert.deepEqual(heard.withTask, ['queued', 'cancelled'])
  assert.equal(heard.withoutTask, 1)
  await close(page)
})

test('the functions throw after destroy(), also without `this`', async () => {
  const page = await bare({ store: null })
  const thrown = await page.evaluate(() => {
    const { subscribe, tasks: list } = tasks
    tasks.destroy()
    return [() => list(), () => subscribe(() => {}), () => tasks.tasks(), () => tasks.subscribe(() => {})].map((call) => {
      try {
        return call()
      } catch (error) {
        return error.message
      }
    })
  })
  assert.deepEqual(thrown, Array(4).fill('this BackgroundTasks instance was destroyed'))
  await close(page)
})

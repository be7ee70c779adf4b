// Invalid options and arguments of the JavaScript API throw errors that name them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { bare, close, withBarePage } from './bare.mjs'

withBarePage()

/** Stands for a value that cannot be passed to a page. */
const special = (name) => ({ special: name })

/** The class and message of what a call on the page throws; null if it does not throw. */
const thrown = (page, path, values) => page.evaluate(([path, values]) => {
  const known = { function: () => {}, file: new File([], 'a'), symbol: Symbol('a') }
  const special = (value) => {
    if (value?.special) return known[value.special]
    const plain = typeof value === 'object' && value !== null && !Array.isArray(value)
    return plain ? Object.fromEntries(Object.entries(value).map(([name, value]) => [name, special(value)])) : value
  }
  const owner = path.slice(0, -1).reduce((owner, name) => owner[name], globalThis)
  const called = owner[path.at(-1)]
  try {
    if (called === BackgroundTasks) new called(...values.map(special))
    else called.apply(owner, values.map(special))
    return null
  } catch (error) {
    return [error.constructor.name, error.message]
  }
}, [path.split('.'), values])

/** Invalid options or arguments, and the name that the error must contain. */
const WRONG_OPTIONS = [
  [7, 'options'],
  ['text', 'options'],
  [{ element: '#here' }, 'element'],
  [{ baseUrl: 7 }, 'baseUrl'],
  [{ headers: 'authorization' }, 'headers'],
  [{ headers: { authorization: 7 } }, 'headers'],
  [{ headers: { 'not a name': 'x' } }, 'headers'],
  [{ credentials: 'always' }, 'credentials'],
  [{ token: 'abc' }, 'token'],
  [{ resumableUploads: 'yes' }, 'resumableUploads'],
  [{ client: {} }, 'client'],
  [{ client: 7 }, 'client'],
  [{ client: { status: 7 } }, 'status'],
  ...['list', 'delete', 'statuses', 'events'].map((name) => [{ client: { status: special('function'), [name]: 7 } }, `client.${name}`]),
  [{ simulated: 'yes' }, 'simulated'],
  [{ simulated: { seed: 0 } }, 'simulated.seed'],
  [{ simulated: { speed: 0 } }, 'simulated.speed'],
  [{ simulated: { failureRate: 2 } }, 'simulated.failureRate'],
  [{ lang: 7 }, 'lang'],
  [{ onError: 'log' }, 'onError'],
  [{ texts: 7 }, 'texts'],
  [{ intervalMs: -1 }, 'intervalMs'],
  [{ video: 7 }, 'video'],
  [{ video: { intervalMs: '1s' } }, 'intervalMs'],
  [{ video: { maxChecks: 1.5 } }, 'maxChecks'],
  [{ embedding: { ceiling: 101 } }, 'ceiling'],
  [{ embedding: { refill: 1 } }, 'refill'],
  [{ video: { retry: { maxFailures: 'five' } } }, 'maxFailures'],
  [{ kinds: 'transcript' }, 'kinds'],
  [{ kinds: { transcript: 'transcripts' } }, 'kinds.transcript'],
  [{ kinds: { transcript: {} } }, 'kinds.transcript.endpoint'],
  [{ kinds: { transcript: { endpoint: '' } } }, 'kinds.transcript.endpoint'],
  [{ kinds: { transcript: { endpoint: 'a', maxChecks: 0 } } }, 'kinds.transcript.maxChecks'],
  [{ kinds: { transcript: { endpoint: 'a', texts: { working: 7 } } } }, 'kinds.transcript.texts.working'],
  [{ kinds: { transcript: { endpoint: 'a', texts: { title: 'x' } } } }, 'kinds.transcript.texts.title'],
  [{ kinds: { '': { endpoint: 'a' } } }, 'kinds'],
  ...['upload', 'video', 'embedding'].map((name) => [{ kinds: { [name]: { endpoint: 'a' } } }, `kinds.${name}`]),
  [{ upload: { concurrent: 0 } }, 'concurrent'],
  [{ upload: { types: 'video/*' } }, 'types'],
  ...[-1, 1.5, NaN, '5 MB', null].map((keepFiles) => [{ upload: { keepFiles } }, 'keepFiles']),
  ...[0, -1, 1.5, NaN, Infinity, '5 MB'].map((chunkBytes) => [{ upload: { chunkBytes } }, 'chunkBytes']),
  [{ upload: { overrideMethod: 'POST' } }, 'overrideMethod'],
  [{ embeddingStart: 'later' }, 'embeddingStart'],
  [{ store: '' }, 'store'],
  [{ store: 7 }, 'store'],
  [{ tabTitle: 1 }, 'tabTitle'],
  [{ indicator: 'yes' }, 'indicator'],
  [{ position: 'middle' }, 'position'],
  [{ visibleToasts: 0 }, 'visibleToasts'],
  [{ theme: 'pink' }, 'theme'],
  [{ dir: 'up' }, 'dir'],
  [{ duration: NaN }, 'duration'],
  [{ gap: -1 }, 'gap'],
  [{ offset: 'wide' }, 'offset'],
  [{ swipeDirections: ['inwards'] }, 'swipeDirections'],
  [{ hotkey: 7 }, 'hotkey'],
]
const WRONG_CALLS = [
  ['startVideoProcessingTask', [], 'attachmentId'],
  ['startVideoProcessingTask', [{}, 'talk.mp4', 'q-1'], 'attachmentId'],
  ['startVideoProcessingTask', [1.5, 'talk.mp4', 'q-1'], 'attachmentId'],
  ['startVideoProcessingTask', ['', 'talk.mp4', 'q-1'], 'attachmentId'],
  ['startVideoProcessingTask', [special('symbol'), 'talk.mp4', 'q-1'], 'attachmentId'],
  ['startVideoProcessingTask', [2 ** 53, 'talk.mp4', 'q-1'], 'attachmentId'],
  ['startVideoProcessingTask', [-7n, 'talk.mp4', 'q-1'], 'attachmentId'],
  ['startVideoProcessingTask', [7n, 'talk.mp4', {}], 'queueId'],
  ['startVideoProcessingTask', [7, 7, 'q-1'], 'title'],
  ['startVideoProcessingTask', [7, 'talk.mp4'], 'queueId'],
  ['startVideoProcessingTask', [7, 'talk.mp4', 'q-1', { signal: {} }], 'signal'],
  ['startVideoProcessingTask', [7, 'talk.mp4', 'q-1', 'soon'], 'options'],
  ['startVideoProcessingTask', [7, 'talk.mp4', 'q-1', { meta: special('function') }], 'meta'],
  ['startEmbeddingTask', [7, 'talk.mp4', { meta: 7n }], 'meta'],
  ['startEmbeddingTask', [NaN, 'talk.mp4'], 'attachmentId'],
  ['startEmbeddingTask', [7], 'title'],
  ['startTask', [], 'kind'],
  ['startTask', ['transcript', 7, 'talk.mp4'], 'kind'],
  ['startTask', ['upload', 7, 'talk.mp4'], 'kind'],
  ['startTask', ['video', {}, 'talk.mp4'], 'attachmentId'],
  ['startTask', ['video', 7], 'title'],
  ['startTask', ['video', 7, 'talk.mp4', { key: '' }], 'key'],
  ['startTask', ['video', 7, 'talk.mp4', { meta: 7n }], 'meta'],
  ['deleteAttachment', [], 'attachmentId'],
  ['deleteAttachment', [1.5], 'attachmentId'],
  ['setNotifications', [], 'on'],
  ['setNotifications', ['granted'], 'on'],
  ['upload', [], 'file'],
  ['upload', ['talk.mp4'], 'file'],
  ['upload', [special('file'), { title: 7 }], 'title'],
  ['upload', [special('file'), { meta: special('symbol') }], 'meta'],
  ['upload', [special('file'), 7], 'options'],
  ['upload', [special('file'), { signal: 7 }], 'signal'],
  ['retry', [], 'id'],
  ['cancel', [7], 'id'],
  ['dismiss', [null], 'id'],
  ['pause', [{}], 'id'],
  ['resume', [special('symbol')], 'id'],
  ['clear', [[]], 'id'],
  ['finished', [7], 'id'],
  ['events', [], 'listener'],
  ['events', [7], 'listener'],
  ['subscribe', [], 'listener'],
  ['subscribe', ['listener'], 'listener'],
  ['subscribe', [special('function'), 7], 'onClear'],
  ['toast.success', [], 'title'],
  ['toast.message', [7], 'title'],
  ['toast.error', ['No', 'soon'], 'options'],
  ['toast.info', ['Yes', { duration: -1 }], 'duration'],
  ['toast.info', ['Yes', { id: {} }], 'id'],
  ['toast.info', ['Yes', { description: 7 }], 'description'],
  ['toast.warning', ['Yes', { action: { label: 'Undo' } }], 'action|onClick'],
  ['toast.warning', ['Yes', { action: { onClick: special('function') } }], 'action|label'],
  ['toast.warning', ['Yes', { onClose: 7 }], 'onClose'],
  ['toast.message', ['Yes', { position: 'middle' }], 'position'],
  ['toast.loading', ['Yes', { progress: 'half' }], 'progress'],
  ['toast.loading', ['Yes', { progress: NaN }], 'progress'],
  ['toast.custom', ['<b>bold</b>'], 'content'],
  ['toast.custom', [{ nodeType: 1 }], 'content'],
  ['toast.update', [{}, {}], 'id'],
  ['toast.update', ['a', { title: 7 }], 'title'],
  ['toast.dismiss', [{}], 'id'],
  ['toast.configure', [{ gap: 'wide' }], 'gap'],
]

test('an invalid option throws a TypeError that names it and what it must be, and sets nothing up', async () => {
  const page = await bare()
  for (const [options, name] of WRONG_OPTIONS) {
    const error = await thrown(page, 'BackgroundTasks', [options])
    assert.equal(error?.[0], 'TypeError', `${inspect(options)}: ${error}`)
    assert.match(error[1], new RegExp(`\\b${name}\\b.* must (be|have) .+`), inspect(options))
  }
  assert.equal(await page.locator('[data-background-tasks], [data-toaster]').count(), 0)
  await close(page)
})

test('an invalid argument throws a TypeError that names it and what it must be, and starts nothing', async () => {
  const page = await bare({})
  for (const [path, values, name] of WRONG_CALLS) {
    const said = `${path}(${inspect(values)})`
    const error = await thrown(page, `tasks.${path}`, values)
    assert.equal(error?.[0], 'TypeError', `${said}: ${error}`)
    assert.match(error[1], new RegExp(`(${name})\\b.* must (be|have) .+`), said)
  }
  assert.deepEqual(await page.evaluate(() => [tasks.tasks(), tasks.toast.toasts()]), [[], []])
  assert.deepEqual(await page.world.requests(), [])
  await page.evaluate(() => tasks.destroy())
  await close(page)
})

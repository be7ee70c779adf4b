// Twelve states of the demo that cover what users see.

const STUCK = { queued_ms: 0, running_ms: 1_000, outcome: 'stuck' }
const FAILED = { queued_ms: 0, running_ms: 0, outcome: 'failed', error: 'The file has no audio track' }
const DONE = { queued_ms: 0, running_ms: 0 }
const QUEUED = { queued_ms: 60_000_000, running_ms: 1_000 }
const TALK = 'An introduction to machine learning.mp4'

const isState = (page, state) => page.until((state) => backgroundTasks.tasks()[0]?.state === state, state)
const startVideo = (page) => page.evaluate((title) => backgroundTasks.startVideoProcessingTask(7, title, 'q-1'), TALK)
const openList = (page) => page.evaluate(() => find('[data-tasks-indicator]').click())

async function showKinds(page) {
  await page.evaluate(() => {
    const options = { duration: Infinity }
    const { toast } = backgroundTasks
    toast.message('A plain message', { ...options, description: 'With a second line that is long enough to be wrapped in a narrow toast' })
    toast.info('3 files were added', options)
    toast.warning('Storage is almost full', { ...options, description: '92 % of 5 GB are used', cancel: { label: 'Later', onClick() {} } })
    toast.error('The share link could not be created', { ...options, richColors: true, action: { label: 'Retry', onClick() {} } })
    toast.success('Saved', { ...options, action: { label: 'Undo', onClick() {} } })
  })
  await page.waitFor('[data-toast][data-kind=success]')
}

/**
 * `plan` is what the server does; `show` opens the demo and returns its page. `open(query)` opens it with a server
 * of its own, whose API is at `base`.
 */
export const states = {
  upload: {
    plan: { upload_bytes_per_second: 1_000_000 },
    async show(open) {
      const page = await open()
      await page.evaluate((title) => backgroundTasks.upload(new File([new Uint8Array(60_000_000)], title), { title }), TALK)
      await page.until(() => backgroundTasks.tasks()[0]?.progress >= 2)
      return page
    },
  },
  processing: {
    plan: { video: STUCK },
    async show(open) {
      const page = await open()
      await startVideo(page)
      await page.until(() => backgroundTasks.tasks()[0].progress === 50)
      return page
    },
  },
  success: {
    plan: { video: DONE },
    async show(open) {
      const page = await open()
      await startVideo(page)
      await page.waitFor('[data-toast][data-kind=success]')
      return page
    },
  },
  error: {
    plan: { video: FAILED },
    async show(open) {
      const page = await open()
      await startVideo(page)
      await page.waitFor('[data-toast][data-kind=error]')
      return page
    },
  },
  offline: {
    plan: { video: STUCK },
    async show(open) {
      const page = await open()
      await startVideo(page)
      await page.until(() => backgroundTasks.tasks()[0].progress === 50)
      await page.evaluate(() => {
        Object.defineProperty(navigator, 'onLine', { value: false })
        window.dispatchEvent(new Event('offline'))
      })
      await isState(page, 'offline')
      return page
    },
  },
  'stack-collapsed': {
    async show(open) {
      const page = await open()
      await showKinds(page)
      return page
    },
  },
  'stack-expanded': {
    async show(open) {
      const page = await open('visible=5')
      await showKinds(page)
      await page.hover('[data-front=true]')
      await page.waitFor('[data-expanded=true]')
      return page
    },
  },
  list: {
    plan: { video_by_id: { 'q-1': STUCK, 'q-2': FAILED, 'q-3': DONE, 'q-4': QUEUED, 'q-5': QUEUED } },
    async show(open) {
      const page = await open()
      await page.evaluate((titles) => {
        const ids = titles.map((title, index) => backgroundTasks.startVideoProcessingTask(index, title, `q-${index + 1}`))
        backgroundTasks.cancel(ids.at(-1))
      }, [TALK, 'Lecture 2 – linear algebra.mp4', 'Lecture 3.mp4', 'A very long title of a lecture that has to be wrapped, because it says everything.mp4', 'Lecture 5.mp4'])
      await page.until(() => backgroundTasks.tasks().map(({ state }) => state).sort().join() ===
        'cancelled,failed,queued,running,succeeded' && backgroundTasks.tasks().some(({ progress }) => progress === 50))
      await page.evaluate(() => backgroundTasks.toast.dismiss())
      await page.waitUntilGone('[data-toast]')
      await openList(page)
      await page.waitFor('[data-task]')
      return page
    },
  },
  'list-empty': {
    async show(open) {
      const page = await open()
      await openList(page)
      return page
    },
  },
  'dialog-invalid': {
    async show(open) {
      const page = await open()
      await page.evaluate(() => find('button', 'Open storage').click())
      await page.waitFor('dialog[open] [data-upload]')
      await page.click('[data-upload]')
      await page.waitFor('[aria-invalid=true]')
      await page.focus('input[name=title]')
      return page
    },
  },
  'shadow-right-to-left': {
    plan: { video: STUCK },
    async show(open, base) {
      const page = await open('dir=rtl')
      await page.evaluate((base) => {
        const theme = document.documentElement.dataset.theme
        const element = document.body.appendChild(document.createElement('div'))
        globalThis.instance = new backgroundTasks.constructor({ element, baseUrl: base, indicator: true, dir: 'rtl', theme })
        instance.startVideoProcessingTask(7, 'מבוא ללמידת מכונה.mp4', 'q-1')
        document.querySelector('.demo-actions').append(element)
      }, base)
      await page.until(() => instance.tasks()[0].progress === 50)
      await page.evaluate(() => findAll('[data-tasks-indicator]').at(-1).click())
      await page.waitFor('[data-task]')
      return page
    },
  },
  chinese: {
    plan: { video: FAILED, embedding: STUCK },
    async show(open) {
      const page = await open('lang=zh')
      await page.evaluate(() => {
        backgroundTasks.startVideoProcessingTask(7, '机器学习导论.mp4', 'q-1')
        backgroundTasks.startEmbeddingTask(8, '线性代数.mp4')
      })
      await page.waitFor('[data-toast][data-kind=error]')
      await page.until(() => backgroundTasks.tasks().some(({ progress }) => progress === 50))
      return page
    },
  },
}

// A form, a button and a list that use <background-tasks>.

import init from './pkg/yew_background_tasks.js'

const element = document.querySelector('background-tasks')
const list = document.querySelector('#tasks')
const rows = new Map()

// Added before init(), so that tasks restored after a reload fire events too.
element.addEventListener('taskchange', (event) => show(event.detail))
element.addEventListener('taskclear', (event) => {
  rows.get(event.detail.id)?.remove()
  rows.delete(event.detail.id)
})
await init()
const tasks = element.api
for (const task of tasks.tasks().reverse()) show(task)

const upload = document.querySelector('#upload')
upload.addEventListener('submit', (event) => {
  event.preventDefault()
  const { file, title } = upload.elements
  // The processing and embedding of a video start automatically after its upload.
  tasks.upload(file.files[0], { title: title.value.trim() || file.files[0].name })
  upload.reset()
})

document.querySelector('#start-video').addEventListener('click', async () => {
  try {
    const response = await fetch('/api/video-processing/start', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ attachment_id: 7 }),
    })
    if (!response.ok) throw new Error(`the server responded with ${response.status}`)
    const { queue_id } = await response.json()
    tasks.startVideoProcessingTask(7, 'talk.mp4', queue_id)
  } catch (error) {
    tasks.toast.error('talk.mp4 could not be started', { description: error.message })
  }
})

/** Updates the row of a task, or adds one at the top of the list. */
function show(task) {
  const row = rows.get(task.id) ?? newRow(task)
  row.dataset.state = task.state
  row.querySelector('.title').textContent = `${task.kind}: ${task.title}`
  row.querySelector('.state').textContent = task.error ?? task.state
  const progress = row.querySelector('progress')
  const ended = ['succeeded', 'failed', 'cancelled'].includes(task.state)
  progress.hidden = ended
  if (task.progress === null) progress.removeAttribute('value')
  else progress.value = task.progress
  row.querySelector('.retry').hidden = !['failed', 'cancelled'].includes(task.state)
  row.querySelector('.cancel').hidden = ended
}

function newRow({ id }) {
  const row = document.querySelector('#task').content.firstElementChild.cloneNode(true)
  row.querySelector('.retry').addEventListener('click', () => tasks.retry(id))
  row.querySelector('.cancel').addEventListener('click', () => tasks.cancel(id))
  document.querySelector('#no-tasks').hidden = true
  rows.set(id, row)
  list.prepend(row)
  return row
}

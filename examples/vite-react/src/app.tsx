// A form that uploads, and a row for each task.

import type { FormEvent } from 'react'
import type { Task } from 'yew-background-tasks'
import { useBackgroundTasks, useTasks } from './background-tasks'

export function App() {
  return (
    <main>
      <h1>Background tasks with React</h1>
      <p>The form is cleared immediately; the work continues in the background.</p>
      <Upload />
      <TaskRows />
    </main>
  )
}

function Upload() {
  const tasks = useBackgroundTasks()
  const upload = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    const file = fields.get('file')
    if (!(file instanceof File)) return
    const title = String(fields.get('title')).trim()
    const id = tasks.upload(file, { title: title || file.name })
    form.reset()
    const { state } = await tasks.finished(id)
    if (state === 'succeeded') tasks.toast.message(`${title || file.name} is uploaded`)
  }
  return (
    <form className="card" onSubmit={(event) => void upload(event)}>
      <h2>Upload a file</h2>
      <label>
        File <input type="file" name="file" required />
      </label>
      <label>
        Title <input type="text" name="title" placeholder="the file's name" />
      </label>
      <button>Upload</button>
    </form>
  )
}

function TaskRows() {
  const tasks = useTasks()
  return (
    <section className="card" aria-labelledby="tasks-title">
      <h2 id="tasks-title">Tasks</h2>
      {tasks.length === 0 && <p>No tasks yet.</p>}
      <ul aria-labelledby="tasks-title">
        {tasks.map((task) => (
          <TaskRow key={task.id} task={task} />
        ))}
      </ul>
    </section>
  )
}

function TaskRow({ task }: { task: Task }) {
  const tasks = useBackgroundTasks()
  const failed = task.state === 'failed' || task.state === 'cancelled'
  const ended = failed || task.state === 'succeeded'
  return (
    <li data-state={task.state}>
      <span className="title">
        {task.kind}: {task.title}
      </span>
      <span className="state">{task.error ?? task.state}</span>
      {!ended && <progress max={100} value={task.progress ?? undefined} />}
      {!ended && (
        <button type="button" onClick={() => tasks.cancel(task.id)}>
          Cancel
        </button>
      )}
      {failed && (
        <button type="button" onClick={() => tasks.retry(task.id)}>
          Retry
        </button>
      )}
    </li>
  )
}

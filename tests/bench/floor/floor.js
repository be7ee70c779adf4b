// The minimum: one fetch per check and one text written per response.

const base = new URLSearchParams(location.search).get('base') ?? '/api'

// One line for all tasks, since one line per task would cost more.
const line = document.createElement('p')
line.dataset.toast = ''

async function check(title, queueId) {
  const response = await fetch(`${base}/video-processing/status/${queueId}`)
  const { progress } = await response.json()
  line.textContent = `🎥 Processing: ${title} (${progress}%)`
  setTimeout(check, 1000, title, queueId)
}

globalThis.backgroundTasks = {
  startVideoProcessingTask(attachmentId, title, queueId) {
    line.textContent = `🎥 Processing: ${title}`
    document.body.append(line)
    check(title, queueId)
  },
}

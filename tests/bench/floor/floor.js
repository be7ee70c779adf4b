// What cannot be had for less: a fetch per check, and a text written per answer.

const base = new URLSearchParams(location.search).get('base') ?? '/api'

// One line, whatever the number of tasks: a line for each would be a choice that costs.
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

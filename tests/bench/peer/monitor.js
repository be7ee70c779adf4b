// Monitoring: one check per second, at most 120, with recovery from network errors.

const INTERVAL = 1000
const MAX_CHECKS = 120
const MAX_FAILURES = 5
const ANSWER_LIMIT = 10_000

// From the page's URL, so that each measurement has its own world.
const base = new URLSearchParams(location.search).get('base') ?? '/api'

async function status(queueId) {
  const response = await fetch(`${base}/video-processing/status/${encodeURIComponent(queueId)}`, {
    signal: AbortSignal.timeout(ANSWER_LIMIT),
  })
  if (!response.ok) throw new Error(`The server answered ${response.status}`)
  return response.json()
}

export function monitorVideoProcessing(queueId, say) {
  let checks = 0
  let failures = 0
  const check = async () => {
    try {
      const data = await status(queueId)
      failures = 0
      if (data.status === 'completed') return say.success()
      if (data.status === 'failed') return say.failure(data.error)
      checks += 1
      if (checks >= MAX_CHECKS) return say.failure(`Not finished after ${MAX_CHECKS} checks`)
      if (data.progress !== undefined) say.progress(Math.min(data.progress, 90))
    } catch (error) {
      failures += 1
      if (failures >= MAX_FAILURES) return say.failure(error.message)
    }
    setTimeout(check, INTERVAL)
  }
  check()
}

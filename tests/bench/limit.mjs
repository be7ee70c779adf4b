// Timeouts for pages that may hang under load.

/** How long a page may take to respond, in milliseconds. */
const RESPONSE_TIMEOUT = 15_000

export class NoAnswer extends Error {}

/** Awaits a promise; rejects with `NoAnswer` after the timeout. */
export async function answer(promise, limit = RESPONSE_TIMEOUT) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer within ${limit / 1000} s`)), limit)
  })
  // Prevents an unhandled rejection if the promise rejects after the timeout.
  promise.catch(() => {})
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

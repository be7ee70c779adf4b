// A page under load may never answer; nothing waits for it for ever.

/** So long a page has to answer; beyond it no person would call it alive. */
const ANSWER_LIMIT = 15_000

export class NoAnswer extends Error {}

/** What comes of a promise, or `NoAnswer` where that takes too long. */
export async function answer(promise, limit = ANSWER_LIMIT) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer within ${limit / 1000} s`)), limit)
  })
  // Whoever loses the race may fail later, unheard.
  promise.catch(() => {})
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

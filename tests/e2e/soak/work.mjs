// Starts the tasks of the soak test, each with a unique title.

import { createHash } from 'node:crypto'
import { FIRST_FOREIGN } from './plan.mjs'

/** Starts a task for a video job that the script names. */
export async function startVideo(page, ledger, number) {
  const [title, attachment, job] = [`video ${number}`, FIRST_FOREIGN + number, `s-${number}`]
  const id = await page.evaluate(([attachment, title, job]) =>
    backgroundTasks.startVideoProcessingTask(attachment, title, job), [attachment, title, job])
  ledger.started.set(id, { kind: 'video', title, attachment, job })
}

/** Starts a task for the embeddings of an attachment. */
export async function startEmbedding(page, ledger, number) {
  const [title, attachment] = [`embedding ${number}`, FIRST_FOREIGN + number]
  const id = await page.evaluate(([attachment, title]) =>
    backgroundTasks.startEmbeddingTask(attachment, title), [attachment, title])
  ledger.started.set(id, { kind: 'embedding', title, attachment })
}

/** Uploads a small file. A video has two follow-up tasks. */
export async function upload(page, ledger, number, { video, repeats }) {
  const title = `${video ? 'talk' : 'notes'} ${number}`
  const type = video ? 'video/mp4' : 'text/plain'
  const bytes = `${title}\n`.repeat(repeats)
  const id = await page.evaluate(([bytes, title, type]) =>
    backgroundTasks.upload(new File([bytes], title, { type }), { title }), [bytes, title, type])
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  ledger.started.set(id, { kind: 'upload', title, video, sha256 })
  return id
}

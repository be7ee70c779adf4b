// The two calls that the page makes itself, and the list of what is stored.

export interface Attachment {
  id: number
  title: string
  content_type: string
  size: number
}

export function listAttachments(): Promise<Attachment[]> {
  return call('/api/attachments')
}

export function uploadFile({ file, title }: { file: File; title: string }): Promise<Attachment> {
  const body = new FormData()
  body.set('file', file)
  body.set('title', title)
  return call('/api/attachments', { method: 'POST', body })
}

export function startVideoProcessing(attachmentId: number): Promise<{ queue_id: string }> {
  return call('/api/video-processing/start', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ attachment_id: attachmentId }),
  })
}

async function call<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(path, init)
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
  return (await answer.json()) as T
}

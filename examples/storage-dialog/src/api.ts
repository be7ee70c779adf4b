// The requests that the page sends itself.

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
  const response = await fetch(path, init)
  if (!response.ok) throw new Error(`the server responded with ${response.status}`)
  return (await response.json()) as T
}

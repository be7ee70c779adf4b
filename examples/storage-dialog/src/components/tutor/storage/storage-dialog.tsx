// The dialog and its tabs. `handleUpload` is the unchanged code of another app.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { listAttachments, startVideoProcessing, uploadFile } from '@/api'
import { toast, useBackgroundTasks } from '@/hooks/background-tasks/use-background-tasks'

export function StorageDialog({ onClose }: { onClose: () => void }) {
  const [activeTab, setActiveTab] = useState<'upload' | 'manage'>('upload')
  return (
    <section className="card" role="dialog" aria-label="Storage">
      <header>
        <div role="tablist">
          <Tab name="Upload" selected={activeTab === 'upload'} onSelect={() => setActiveTab('upload')} />
          <Tab name="Manage" selected={activeTab === 'manage'} onSelect={() => setActiveTab('manage')} />
        </div>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </header>
      {activeTab === 'upload' ? (
        <div role="tabpanel" aria-label="Upload">
          <UploadForm setActiveTab={setActiveTab} />
        </div>
      ) : (
        <div role="tabpanel" aria-label="Manage">
          <Attachments />
        </div>
      )}
    </section>
  )
}

function UploadForm({ setActiveTab }: { setActiveTab: (tab: 'upload' | 'manage') => void }) {
  const { startVideoProcessingTask, startEmbeddingTask } = useBackgroundTasks()
  const [file, setFile] = useState<File | null>(null)
  const [title, setTitle] = useState('')
  const queryClient = useQueryClient()
  const uploadFileMutation = useMutation({
    mutationFn: uploadFile,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['attachments'] }),
  })
  const startVideoProcessingMutation = useMutation({ mutationFn: startVideoProcessing })

  const clearForm = () => {
    setFile(null)
    setTitle('')
  }

  const handleUpload = async (file: File) => {
    const uploadResult = await uploadFileMutation.mutateAsync({ file, title: title.trim() || file.name })

    if (file.type.startsWith('video/') && uploadResult?.id) {
      toast.success('Video uploaded! Starting background AI processing...', {
        description: 'You can continue working while we process your video'
      })

      const processingResult = await startVideoProcessingMutation.mutateAsync(uploadResult.id)

      startVideoProcessingTask(
        uploadResult.id,
        uploadResult.title || title.trim(),
        processingResult.queue_id
      )

      setTimeout(() => {
        startEmbeddingTask(uploadResult.id, uploadResult.title || title.trim())
      }, 5000)
    }

    clearForm()
    setActiveTab('manage')
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!file) return
    handleUpload(file).catch((error: unknown) => {
      toast.error(`Upload failed: ${file.name}`, { description: String(error) })
    })
  }

  return (
    <form onSubmit={submit}>
      <label>
        File
        <input type="file" required onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
      </label>
      <label>
        Title
        <input type="text" name="title" value={title} onChange={(event) => setTitle(event.target.value)} />
      </label>
      <button disabled={uploadFileMutation.isPending}>Upload</button>
    </form>
  )
}

function Attachments() {
  const { data = [] } = useQuery({ queryKey: ['attachments'], queryFn: listAttachments })
  return (
    <>
      {data.length === 0 && <p>No files yet.</p>}
      <ul>
        {data.map((attachment) => (
          <li key={attachment.id}>
            <span className="title">{attachment.title}</span>
            <span className="state">{attachment.content_type}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Tab(props: { name: string; selected: boolean; onSelect: () => void }) {
  return (
    <button type="button" role="tab" aria-selected={props.selected} onClick={props.onSelect}>
      {props.name}
    </button>
  )
}

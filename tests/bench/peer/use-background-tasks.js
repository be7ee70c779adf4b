// The hook: shows a toast per task and starts its monitoring.

import { useCallback } from 'react'
import { toast } from 'sonner'
import { monitorVideoProcessing } from './monitor.js'

const DESCRIPTION = 'AI analysis in progress - you can continue working'

export const useBackgroundTasks = () => {
  const startVideoProcessingTask = useCallback((attachmentId, title, queueId) => {
    const taskId = `video_${attachmentId}_${Date.now()}`
    toast.loading(`🎥 Processing: ${title}`, { id: taskId, description: DESCRIPTION })
    const say = {
      progress: (progress) =>
        toast.loading(`🎥 Processing: ${title} (${progress}%)`, { id: taskId, description: DESCRIPTION }),
      success: () =>
        toast.success(`🎉 Video processing completed: ${title}`, {
          id: taskId,
          description: 'AI features are now available',
          duration: 5000,
        }),
      failure: (reason) =>
        toast.error(`❌ Video processing failed: ${title}`, {
          id: taskId,
          description: reason,
          duration: 10000,
          action: { label: 'Retry', onClick: () => monitorVideoProcessing(queueId, say) },
        }),
    }
    monitorVideoProcessing(queueId, say)
    return taskId
  }, [])

  return { startVideoProcessingTask }
}

// The page: an app with sonner's toaster, which exposes its hook to the measurement.

import { useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { Toaster } from 'sonner'
import { useBackgroundTasks } from './use-background-tasks.js'

function App() {
  const { startVideoProcessingTask } = useBackgroundTasks()
  useEffect(() => {
    globalThis.backgroundTasks = { startVideoProcessingTask }
  }, [startVideoProcessingTask])
  return (
    <>
      <main>
        <h1>Background tasks</h1>
        <p>You can continue working.</p>
      </main>
      <Toaster position="bottom-right" />
    </>
  )
}

createRoot(document.getElementById('root')).render(<App />)

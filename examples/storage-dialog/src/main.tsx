// The entry point: a page with a button that opens the dialog.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { StorageDialog } from '@/components/tutor/storage/storage-dialog'
import './style.css'

function App() {
  const [open, setOpen] = useState(false)
  return (
    <main>
      <h1>Storage dialog</h1>
      <p>Upload a video, close the dialog and keep working.</p>
      <button type="button" onClick={() => setOpen(true)}>
        Open storage
      </button>
      {open && <StorageDialog onClose={() => setOpen(false)} />}
    </main>
  )
}

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element #root')

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={new QueryClient()}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)

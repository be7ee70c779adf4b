// The entry point: loads the package, then renders the app.

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import init from 'yew-background-tasks'
import { App } from './app'
import { BackgroundTasksProvider } from './background-tasks'
import './style.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element #root')

await init()
createRoot(root).render(
  <StrictMode>
    <BackgroundTasksProvider options={{ baseUrl: '/api', store: 'vite-react', closeButton: true }}>
      <App />
    </BackgroundTasksProvider>
  </StrictMode>,
)

// The page with React and sonner, built as for production.

import { defineConfig } from 'vite'

export default defineConfig({
  root: 'peer',
  base: './',
  esbuild: { jsx: 'automatic' },
  build: { outDir: '../dist/peer', emptyOutDir: true },
})

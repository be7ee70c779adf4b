import { defineConfig } from 'vite'

export default defineConfig({
  // The package loads its .wasm file relative to its module, which pre-bundling would move.
  optimizeDeps: { exclude: ['yew-background-tasks'] },
  server: { proxy: { '/api': 'http://127.0.0.1:8787' } },
})

import { defineConfig } from 'vite'

export default defineConfig({
  resolve: { alias: { '@': '/src' } },
  // The package finds its .wasm beside its own module, where Vite's pre-bundling would not leave it.
  optimizeDeps: { exclude: ['yew-background-tasks'] },
  server: { proxy: { '/api': 'http://127.0.0.1:8787' } },
})

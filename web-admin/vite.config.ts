import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const box = process.env.BOX ?? 'https://127.0.0.1:443'

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    sourcemap: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: ['index.html', 'wall.html'] },
    assetsInlineLimit: 0, // the page's policy lets fonts and pictures come from files only
  },
  server: { proxy: { '/api': { target: box, secure: false, changeOrigin: true } } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['./test/setup.ts'] },
})

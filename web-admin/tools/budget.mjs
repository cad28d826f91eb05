// Fails the build when what a browser loads is too large, in octets of brotli: first load of the console, of the wall, any
// chunk that is loaded later.
import { readdir, readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const budgets = { 'index.html': 520e3, 'wall.html': 300e3 }
const lazy = 260e3

const size = async (file) => (await stat(dist + file + '.br')).size
const text = async (file) => brotliDecompressSync(await readFile(dist + file + '.br')).toString()

// The files that a page names, and those that they import when they are loaded.
async function first(page) {
  const seen = new Set()
  const queue = [...(await text(page)).matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((m) => m[1])
  while (queue.length > 0) {
    const file = queue.pop()
    if (seen.has(file) || !/\.(js|css)$/.test(file)) continue
    seen.add(file)
    if (file.endsWith('.js')) {
      for (const m of (await text(file)).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) queue.push('assets/' + m[1])
    }
  }
  return seen
}

let failed = false
const pages = (await readdir(dist)).filter((f) => f.endsWith('.html.br')).map((f) => f.slice(0, -3))
const loaded = new Set()
for (const page of pages) {
  let sum = 0
  for (const file of await first(page)) {
    loaded.add(file)
    sum += await size(file)
  }
  const budget = budgets[page]
  console.log(`${page}: first load ${(sum / 1e3).toFixed(0)} kB of ${(budget / 1e3).toFixed(0)}`)
  failed ||= sum > budget
}
for (const name of await readdir(dist + 'assets')) {
  const file = 'assets/' + name.replace(/\.br$/, '')
  if (!name.endsWith('.js.br') || loaded.has(file)) continue
  const n = await size(file)
  if (n > lazy) {
    console.error(`${file}: ${(n / 1e3).toFixed(0)} kB of ${lazy / 1e3}`)
    failed = true
  }
}
if (failed) {
  console.error('over budget')
  process.exit(1)
}

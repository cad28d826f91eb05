import { describe, expect, it } from 'vitest'

const files = import.meta.glob<Record<string, unknown>>('./*/*.json', { eager: true, import: 'default' })

function keys(words: unknown, under = ''): [string, string][] {
  if (typeof words === 'string') return [[under, words]]
  return Object.entries(words as Record<string, unknown>).flatMap(([k, v]) => keys(v, under === '' ? k : `${under}.${k}`))
}

const names = Object.keys(files).filter((f) => f.startsWith('./zh-CN/')).map((f) => f.replace('./zh-CN/', ''))

describe.each(names)('the words of %s', (name) => {
  const zh = keys(files[`./zh-CN/${name}`])
  const en = keys(files[`./en/${name}`] ?? {})
  it('are there in both languages', () => {
    expect(en.map(([k]) => k).sort()).toEqual(zh.map(([k]) => k).sort())
  })
  it('have no Chinese in English, and the same places to fill', () => {
    const places = (s: string) => [...s.matchAll(/{{\s*(\w+)/g)].map((m) => m[1]).sort()
    const other = new Map(zh)
    for (const [k, text] of en) {
      expect(text, k).not.toMatch(/\p{Script=Han}/u)
      expect(places(text), k).toEqual(places(other.get(k) ?? ''))
    }
  })
})

it('no file is there in English only', () => {
  const en = Object.keys(files).filter((f) => f.startsWith('./en/')).map((f) => f.replace('./en/', ''))
  expect(en.sort()).toEqual([...names].sort())
})

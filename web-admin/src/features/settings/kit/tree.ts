import type { Item } from './kind'

/** The documents of a tree, each below the one above it, with how deep it is. Without a tree all are at the top. */
export function branches(items: Item[], under?: string): { item: Item; depth: number }[] {
  if (!under) return items.map((item) => ({ item, depth: 0 }))
  const known = new Set(items.map((i) => i.id))
  const below = new Map<string, Item[]>()
  for (const i of items) {
    const above = String(i.value[under] ?? '')
    const key = known.has(above) && above !== i.id ? above : ''
    below.set(key, [...(below.get(key) ?? []), i])
  }
  const out: { item: Item; depth: number }[] = []
  const seen = new Set<string>()
  const walk = (above: string, depth: number) => {
    for (const item of below.get(above) ?? []) {
      if (seen.has(item.id)) continue
      seen.add(item.id)
      out.push({ item, depth })
      walk(item.id, depth + 1)
    }
  }
  walk('', 0)
  return [...out, ...items.filter((i) => !seen.has(i.id)).map((item) => ({ item, depth: 0 }))]
}

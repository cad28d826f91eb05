import type { Path } from './field'

/** What became of one place of a document. */
export interface Change {
  path: Path
  from: unknown
  to: unknown
}

const plain = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

/** Whether two values say the same; a member that is absent is one that is undefined. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => same(x, b[i]))
  if (!plain(a) || !plain(b)) return false
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((k) => same(a[k], b[k]))
}

/** What names the entries of a list of documents, if something does. */
const names = ['id', 'number', 'name', 'agent', 'class', 'date', 'year', 'skill'] as const

function keyOf(list: unknown[]): string | undefined {
  if (list.length === 0 || !list.every(plain)) return undefined
  return names.find((n) => {
    const keys = list.map((x) => x[n])
    return keys.every((k) => (typeof k === 'string' && k !== '') || typeof k === 'number') && new Set(keys).size === keys.length
  })
}

/** What differs, place by place. Entries of lists are found again by what names them, or else the list is one place. */
export function changes(from: unknown, to: unknown, path: Path = []): Change[] {
  if (same(from, to)) return []
  if (plain(from) && plain(to)) {
    return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((k) => changes(from[k], to[k], [...path, k]))
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    const key = keyOf([...from, ...to].length === 0 ? [] : from.length > 0 ? from : to)
    if (key && (to.length === 0 || keyOf(to) === key)) return entries(from as Record<string, unknown>[], to as Record<string, unknown>[], key, path)
  }
  return [{ path, from, to }]
}

function entries(from: Record<string, unknown>[], to: Record<string, unknown>[], key: string, path: Path): Change[] {
  const old = new Map(from.map((x) => [x[key], x]))
  const now = new Map(to.map((x) => [x[key], x]))
  const out = [...new Set([...old.keys(), ...now.keys()])].flatMap((k) => changes(old.get(k), now.get(k), [...path, String(k)]))
  const kept = (list: Record<string, unknown>[], other: Map<unknown, unknown>) => list.map((x) => x[key]).filter((k) => other.has(k))
  const [before, after] = [kept(from, now), kept(to, old)]
  if (!same(before, after)) out.push({ path: [...path, '⇅'], from: before, to: after })
  return out
}

/** What differs between two forms of one document, member by member; lists are one place, so that they are never mixed. */
export function leaves(from: unknown, to: unknown, path: Path = []): Change[] {
  if (same(from, to)) return []
  if (plain(from) && plain(to)) {
    return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((k) => leaves(from[k], to[k], [...path, k]))
  }
  return [{ path, from, to }]
}

/** A copy of a document with a change made. */
export function apply(doc: unknown, path: Path, to: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return to
  const copy: Record<string, unknown> = plain(doc) ? { ...doc } : {}
  const next = rest.length === 0 ? to : apply(copy[first], rest, to)
  if (next === undefined) delete copy[first]
  else copy[first] = next
  return copy
}

/** What two people changed in one document: how it is with both, and the places that both changed. */
export function merge(base: unknown, mine: unknown, theirs: unknown): { both: unknown; clash: Path[] } {
  const other = leaves(base, theirs)
  let both = theirs
  const clash: Path[] = []
  for (const c of leaves(base, mine)) {
    const hit = other.find((o) => within(o.path, c.path) || within(c.path, o.path))
    if (hit && !same(hit.to, c.to)) clash.push(c.path)
    both = apply(both, c.path, c.to)
  }
  return { both, clash }
}

const within = (a: Path, b: Path) => a.length <= b.length && a.every((x, i) => x === b[i])

/** A document as it is sent: what is empty in a form is absent; an entry of a list stays, for the box to say what it lacks. */
export function clean(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(clean).filter((x) => x !== undefined)
  if (!plain(v)) return v ?? undefined
  const out: Record<string, unknown> = {}
  for (const [k, x] of Object.entries(v)) {
    const c = clean(x)
    if (c !== undefined && !(plain(c) && Object.keys(c).length === 0)) out[k] = c
  }
  return out
}

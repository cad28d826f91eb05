import type { Schemas } from '@/api/client'

export type Flow = Schemas['Flow']
export type Node = Schemas['FlowNode']
export type Words = NonNullable<Node['say']>[number]
export type Problem = Schemas['FlowProblem']

/** What a field of a node is filled in with. */
export type Input = 'words' | 'text' | 'number' | 'switch' | 'queues' | 'calendars' | 'flows' | 'numbers' | 'voicemail-boxes' | 'language' | 'by' | 'cause' | 'values' | 'skills'

export interface Field {
  name: keyof Node
  input: Input
}

/** A kind of node: what it asks for, and which ways lead on from it. */
export interface Kind {
  fields: Field[]
  ports: (keyof Node)[]
  /** The flow ends here. */
  ends?: boolean
}

const say: Field = { name: 'say', input: 'words' }
const asking: Field[] = [
  { name: 'no_barge_in', input: 'switch' }, { name: 'timeout_seconds', input: 'number' }, { name: 'tries', input: 'number' },
  { name: 'say_invalid', input: 'words' }, { name: 'say_timeout', input: 'words' },
]

/** The kinds of node, in the order in which they are offered. */
export const kinds: Record<string, Kind> = {
  play: { fields: [say, { name: 'no_barge_in', input: 'switch' }], ports: ['next'] },
  menu: { fields: [say, ...asking], ports: ['keys', 'timeout', 'invalid'] },
  collect: { fields: [say, { name: 'into', input: 'text' }, { name: 'min', input: 'number' }, { name: 'max', input: 'number' }, ...asking], ports: ['next', 'timeout', 'invalid'] },
  identify: { fields: [say, { name: 'by', input: 'by' }, { name: 'min', input: 'number' }, { name: 'max', input: 'number' }, ...asking], ports: ['next', 'otherwise', 'timeout', 'invalid'] },
  hours: { fields: [{ name: 'calendar', input: 'calendars' }], ports: ['open', 'closed'] },
  language: { fields: [{ name: 'language', input: 'language' }], ports: ['next'] },
  queue: { fields: [{ name: 'queue', input: 'queues' }, { name: 'skills', input: 'skills' }], ports: [], ends: true },
  extension: { fields: [{ name: 'number', input: 'numbers' }], ports: ['otherwise'] },
  external: { fields: [{ name: 'number', input: 'text' }], ports: ['otherwise'] },
  voicemail: { fields: [{ name: 'number', input: 'voicemail-boxes' }], ports: [], ends: true },
  set: { fields: [{ name: 'values', input: 'values' }], ports: ['next'] },
  branch: { fields: [], ports: ['cases', 'otherwise'] },
  flow: { fields: [{ name: 'flow', input: 'flows' }], ports: ['next'] },
  hangup: { fields: [{ name: 'cause', input: 'cause' }], ports: [], ends: true },
}

/** A way from one node to another: by a field, by a key, or by a case of a branch. */
export interface Edge {
  from: string
  /** "next", "keys.1", "cases.0" … */
  port: string
  to: string
}

const places = ['next', 'timeout', 'invalid', 'open', 'closed', 'otherwise'] as const
type Place = (typeof places)[number]
const isPlace = (p: string): p is Place => (places as readonly string[]).includes(p)

/** The ways that lead on from a node, drawn or still open: to is '' where nothing is connected. */
export function waysOf(name: string, n: Node): Edge[] {
  const ports = kinds[n.kind]?.ports ?? []
  return ports.flatMap((p): Edge[] => {
    if (p === 'keys') return Object.entries(n.keys ?? {}).sort(([a], [b]) => order(a) - order(b)).map(([key, to]) => ({ from: name, port: `keys.${key}`, to }))
    if (p === 'cases') return (n.cases ?? []).map((c, i) => ({ from: name, port: `cases.${i}`, to: c.next }))
    return isPlace(p) ? [{ from: name, port: p, to: n[p] ?? '' }] : []
  })
}

/** Keys as they lie on a telephone: 1 to 9, *, 0, #. */
export const keypad = '123456789*0#'
const order = (key: string) => keypad.indexOf(key)

export const edgesOf = (f: Flow): Edge[] => Object.entries(f.nodes).flatMap(([name, n]) => waysOf(name, n)).filter((e) => e.to !== '')

/** Leads a port of a node to another; '' takes the way away. */
export function connect(f: Flow, from: string, port: string, to: string): Flow {
  const n = f.nodes[from]
  if (!n) return f
  return { ...f, nodes: { ...f.nodes, [from]: led(n, port, to) } }
}

function led(n: Node, port: string, to: string): Node {
  const [field = '', part = ''] = port.split('.')
  if (field === 'keys') {
    const keys = { ...n.keys }
    if (to === '') delete keys[part]
    else keys[part] = to
    return { ...n, keys }
  }
  if (field === 'cases') return { ...n, cases: (n.cases ?? []).map((c, i) => (i === Number(part) ? { ...c, next: to } : c)) }
  if (!isPlace(field)) return n
  const next = { ...n }
  if (to === '') delete next[field]
  else next[field] = to
  return next
}

/** A name that no node has: menu, menu2 … */
export function freeName(f: Flow, kind: string): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? kind : `${kind}${n}`
    if (!(name in f.nodes)) return name
  }
}

/** Adds a node, the first of a flow as its entry. */
export function add(f: Flow, kind: string, at?: [number, number]): { flow: Flow; name: string } {
  const name = freeName(f, kind)
  const node: Node = { kind, ...(at && { at }), ...(kind === 'branch' && { cases: [{ variable: 'vip', is: 'set', next: '' }] }) }
  return { flow: { entry: f.entry in f.nodes ? f.entry : name, nodes: { ...f.nodes, [name]: node } }, name }
}

/** Removes a node, and every way that led to it. */
export function remove(f: Flow, name: string): Flow {
  const { [name]: _, ...rest } = f.nodes
  const nodes = Object.fromEntries(Object.entries(rest).map(([k, n]) => [k, redirected(n, name, '')]))
  return { entry: f.entry === name ? (Object.keys(nodes)[0] ?? '') : f.entry, nodes }
}

/** Gives a node another name, where it is and wherever a way leads to it. A name that is taken or empty changes nothing. */
export function rename(f: Flow, from: string, to: string): Flow {
  if (to === from || to === '' || to in f.nodes || !(from in f.nodes)) return f
  const nodes = Object.fromEntries(Object.entries(f.nodes).map(([k, n]) => [k === from ? to : k, redirected(n, from, to)]))
  return { entry: f.entry === from ? to : f.entry, nodes }
}

const redirected = (n: Node, from: string, to: string): Node => waysOf('', n).filter((e) => e.to === from).reduce((m, e) => led(m, e.port, to), n)

/** Puts values into a node; undefined takes a field away. */
export function update(f: Flow, name: string, change: Partial<Node>): Flow {
  const n = { ...f.nodes[name]!, ...change }
  for (const k of Object.keys(change) as (keyof Node)[]) if (change[k] === undefined) delete n[k]
  return { ...f, nodes: { ...f.nodes, [name]: n } }
}

/** Node names by how many steps they are from the entry; those that nothing leads to come last. */
export function layers(f: Flow): string[][] {
  const seen = new Set<string>()
  const out: string[][] = []
  let now = f.entry in f.nodes ? [f.entry] : []
  while (now.length > 0) {
    out.push(now)
    now.forEach((n) => seen.add(n))
    const next = new Set(now.flatMap((n) => waysOf(n, f.nodes[n]!).map((e) => e.to)).filter((n) => n in f.nodes && !seen.has(n)))
    now = [...next]
  }
  const lost = Object.keys(f.nodes).filter((n) => !seen.has(n))
  return lost.length > 0 ? [...out, lost] : out
}

const column = 260
const gap = 30

/** About how high a node is drawn: its name, what it does, and a line for each way on. */
const height = (name: string, n: Node) => 62 + 19 * waysOf(name, n).length

/** Where nodes are drawn: where somebody put them, otherwise in columns by their distance from the entry. */
export function placed(f: Flow): Map<string, { x: number; y: number }> {
  const out = new Map<string, { x: number; y: number }>()
  layers(f).forEach((names, x) => {
    let y = 0
    for (const name of names) {
      const n = f.nodes[name]!
      const at = n.at as [number, number] | undefined
      out.set(name, at ? { x: at[0], y: at[1] } : { x: x * column, y })
      y += height(name, n) + gap
    }
  })
  return out
}

/** What differs between two versions: names of nodes that came, went, or are not what they were. Where they are drawn does not count. */
export function difference(from: Flow, to: Flow): { added: string[]; removed: string[]; changed: string[] } {
  const plain = (n: Node) => JSON.stringify({ ...n, at: undefined }, (_, v: unknown) => (typeof v === 'object' && v !== null && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => a.localeCompare(b))) : v))
  return {
    added: Object.keys(to.nodes).filter((n) => !(n in from.nodes)),
    removed: Object.keys(from.nodes).filter((n) => !(n in to.nodes)),
    changed: Object.keys(to.nodes).filter((n) => n in from.nodes && plain(from.nodes[n]!) !== plain(to.nodes[n]!)),
  }
}

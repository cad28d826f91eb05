import type { Schemas } from '@/api/client'
import { stateOf } from '@/features/agent/StateSwitch'

export type Queue = Schemas['QueueView']
export type Agent = Schemas['QueueAgentView']
export type Caller = Schemas['QueueCallerView']
export type Call = Schemas['View']

/** A waiting caller as a line shows it: only plain values, so that a line is painted anew only when one of them changes. */
export interface Line {
  call: string
  queue: string
  queueName: string
  position: number
  since: string
  number: string
  name: string
  vip: boolean
  chosenKey: string
  ringing: string
}

/** The last key that a caller pressed in the menu. */
export function keyOf(call: Call | undefined): string {
  for (let i = (call?.path?.length ?? 0) - 1; i >= 0; i--) {
    const key = call!.path![i]!.key
    if (key) return key
  }
  return ''
}

/** Who waits, of one queue or of all, in the order of service there and otherwise the longest wait first. */
export function lines(queues: Queue[], only: string | undefined, calls: Map<string, Call>, names: Map<string, string>): Line[] {
  const list: Line[] = []
  for (const q of queues) {
    if (only !== undefined && q.id !== only) continue
    for (const c of q.waiting) {
      list.push({
        call: c.call, queue: q.id, queueName: q.name, position: c.position, since: c.since, number: c.card.number ?? '', name: c.card.name ?? '',
        vip: c.card.vip ?? false, chosenKey: keyOf(calls.get(c.call)), ringing: (c.agents ?? []).map((a) => names.get(a) ?? a).join(' '),
      })
    }
  }
  return only === undefined ? list.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0)) : list
}

const rank: Record<string, number> = { talking: 0, ringing: 1, reserved: 1, wrap_up: 2, available: 3, paused: 4, signed_out: 5 }

/** Since when an agent does what they do. */
export const stateSince = (a: Agent) => (a.activity === 'idle' || a.activity === '' ? a.since : a.activity_at)

export type AgentOrder = 'time' | 'state' | 'name'

/** Agents in an order: the longest in their state first, or by state, or by name; who is signed out comes last. */
export function sortAgents(list: Agent[], order: AgentOrder): Agent[] {
  const out = (a: Agent) => (a.status === 'signed_out' ? 1 : 0)
  const by: Record<AgentOrder, (a: Agent, b: Agent) => number> = {
    time: (a, b) => compare(stateSince(a), stateSince(b)),
    state: (a, b) => (rank[stateOf(a)] ?? 9) - (rank[stateOf(b)] ?? 9) || compare(stateSince(a), stateSince(b)),
    name: (a, b) => a.name.localeCompare(b.name, 'zh-CN'),
  }
  return [...list].sort((a, b) => out(a) - out(b) || by[order](a, b))
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** A list with some of its entries replaced; those that were not there come last. What has not changed stays the same object. */
export function patched<T>(list: T[], id: (t: T) => string, changes: Map<string, T | null>): T[] {
  const left = new Map(changes)
  const out: T[] = []
  for (const t of list) {
    const change = left.get(id(t))
    if (change === undefined) out.push(t)
    else if (change !== null) out.push(change)
    left.delete(id(t))
  }
  for (const change of left.values()) if (change !== null) out.push(change)
  return out
}

/** The numbers of the day, of all queues together. */
export function sums(queues: Queue[]) {
  const s = { waiting: 0, entered: 0, answered: 0, abandoned: 0, inTime: 0, ended: 0, oldest: '' }
  for (const q of queues) {
    const c = q.counters
    s.waiting += q.waiting.length
    s.entered += c.entered
    s.answered += c.answered
    s.abandoned += c.abandoned
    s.inTime += c.answered_within
    s.ended += c.answered + c.abandoned + c.timed_out + c.left_by_key + c.left_empty
    for (const w of q.waiting) if (s.oldest === '' || w.since < s.oldest) s.oldest = w.since
  }
  return s
}

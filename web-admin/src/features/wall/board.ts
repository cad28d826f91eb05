import type { Schemas } from '@/api/client'

export type Board = Schemas['WallBoard']
export type Queue = Schemas['WallQueue']

/** How bad something is; a word says the same as the colour. */
export type Alarm = 'calm' | 'amber' | 'red'

/** The parts of answered in time below which the day is not good, and bad. */
export const levels = { amber: 0.8, red: 0.6 }
/** The parts of abandoned above which it is not good, and bad. */
export const losses = { amber: 0.05, red: 0.1 }

export const levelAlarm = (met: number, of: number): Alarm => (of === 0 || met / of >= levels.amber ? 'calm' : met / of >= levels.red ? 'amber' : 'red')
export const lossAlarm = (lost: number, of: number): Alarm => (of === 0 || lost / of <= losses.amber ? 'calm' : lost / of <= losses.red ? 'amber' : 'red')
/** A wait is not good above the queue's own time, and bad above three times that. */
export const waitAlarm = (seconds: number, within: number): Alarm => (seconds <= within ? 'calm' : seconds <= 3 * within ? 'amber' : 'red')
export const waitingAlarm = (waiting: number, free: number, serving: number): Alarm => (waiting === 0 ? 'calm' : free > 0 || waiting <= serving ? 'amber' : 'red')

/** All queues as one. */
export function total(b: Board): Queue {
  const t: Queue = { id: '', name: '', waiting: 0, agents: 0, serving: 0, free: 0, entered: 0, answered: 0, abandoned: 0, in_time: 0, ended: 0, within: 20 }
  for (const q of b.queues) {
    t.waiting += q.waiting
    t.entered += q.entered
    t.answered += q.answered
    t.abandoned += q.abandoned
    t.in_time += q.in_time
    t.ended += q.ended
    if (q.since && (!t.since || q.since < t.since)) [t.since, t.within] = [q.since, q.within]
  }
  t.free = b.agents.available
  t.serving = b.agents.available + b.agents.talking + b.agents.ringing + b.agents.wrap_up
  return t
}

/** The last values of something, as many as fit; older ones are written over, so that a week takes no more room than an hour. */
export class Ring {
  private readonly values: Float64Array
  private n = 0
  constructor(size: number) {
    this.values = new Float64Array(size)
  }

  add(v: number) {
    this.values[this.n++ % this.values.length] = v
  }

  /** The values as the line of a picture, the oldest first. */
  path(width: number, height: number): string {
    const size = this.values.length
    const count = Math.min(this.n, size)
    if (count < 2) return ''
    const at = (i: number) => this.values[(this.n - count + i) % size]!
    let most = 4
    for (let i = 0; i < count; i++) most = Math.max(most, at(i))
    let d = ''
    for (let i = 0; i < count; i++) d += `${i === 0 ? 'M' : 'L'}${((i / (count - 1)) * width).toFixed(1)} ${(height - (at(i) / most) * height).toFixed(1)}`
    return d
  }
}

/** Reads a stream of server-sent events piece by piece and gives the data of each. What never ends is thrown away. */
export class Reader {
  private rest = ''
  constructor(private readonly limit = 1 << 20) {}

  take(piece: string): string[] {
    this.rest += piece
    if (this.rest.length > this.limit) this.rest = ''
    const blocks = this.rest.split(/\r?\n\r?\n/)
    this.rest = blocks.pop()!
    const found: string[] = []
    for (const b of blocks) {
      const data = b.split(/\r?\n/).filter((l) => l.startsWith('data:')).map((l) => l.slice(5).trimStart())
      if (data.length > 0) found.push(data.join('\n'))
    }
    return found
  }
}

import { describe, expect, it } from 'vitest'

import type { Agent, Call, Queue } from './floor'
import { keyOf, lines, patched, sortAgents, sums } from './floor'

const caller = (call: string, position: number, since: string, more = {}) => ({ call, position, since, joined: since, agents: [], expected_wait: 0, score: 0, card: { number: call, ...more } })
const queue = (id: string, waiting: object[], counters = {}) => ({ id, name: id.toUpperCase(), waiting, counters: { entered: 0, answered: 0, abandoned: 0, answered_within: 0, timed_out: 0, left_by_key: 0, left_empty: 0, ...counters } }) as unknown as Queue
const agent = (id: string, status: string, activity: string, since: string) => ({ agent: id, name: id, status, activity, since, activity_at: since }) as Agent

describe('the floor', () => {
  const queues = [queue('a', [caller('1', 1, '2026-11-22T10:00:05Z'), caller('2', 2, '2026-11-22T10:00:01Z')]), queue('b', [caller('3', 1, '2026-11-22T10:00:03Z', { vip: true })])]
  it('lists who waits longest first, or in the order of service of one queue', () => {
    expect(lines(queues, undefined, new Map(), new Map()).map((l) => l.call)).toEqual(['2', '3', '1'])
    expect(lines(queues, 'a', new Map(), new Map()).map((l) => l.call)).toEqual(['1', '2'])
    expect(lines(queues, 'b', new Map(), new Map())[0]).toMatchObject({ vip: true, queueName: 'B' })
  })
  it('knows the last key that was pressed', () => {
    expect(keyOf({ path: [{ key: '1' }, { key: '3' }, {}] } as Call)).toBe('3')
    expect(keyOf(undefined)).toBe('')
  })
  it('puts who is longest in their state first, and who is signed out last', () => {
    const list = [agent('x', 'signed_out', 'idle', '2026-11-22T01'), agent('y', 'available', 'idle', '2026-11-22T03'), agent('z', 'available', 'talking', '2026-11-22T02')]
    expect(sortAgents(list, 'time').map((a) => a.agent)).toEqual(['z', 'y', 'x'])
    expect(sortAgents(list, 'state').map((a) => a.agent)).toEqual(['z', 'y', 'x'])
  })
  it('changes of a list only what has changed', () => {
    const list = [agent('x', 'available', 'idle', ''), agent('y', 'available', 'idle', '')]
    const y = agent('y', 'paused', 'idle', '')
    const now = patched(list, (a) => a.agent, new Map<string, Agent | null>([['y', y], ['n', agent('n', 'available', 'idle', '')]]))
    expect(now.map((a) => a.agent)).toEqual(['x', 'y', 'n'])
    expect([now[0] === list[0], now[1] === y]).toEqual([true, true])
    expect(patched(list, (a) => a.agent, new Map([['x', null]]))).toEqual([list[1]])
  })
  it('sums the day', () => {
    expect(sums([queue('a', [caller('1', 1, '2')], { answered: 3, abandoned: 1, answered_within: 2 }), queue('b', [caller('2', 1, '1')], { answered: 1, timed_out: 1, answered_within: 1 })])).toEqual(
      { waiting: 2, entered: 0, answered: 4, abandoned: 1, inTime: 3, ended: 6, oldest: '1' },
    )
  })
})

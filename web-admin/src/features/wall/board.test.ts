import { describe, expect, it } from 'vitest'

import { type Board, levelAlarm, lossAlarm, Reader, Ring, total, waitAlarm, waitingAlarm } from './board'

describe('the wall', () => {
  it('says when it is not good, and when it is bad', () => {
    expect([levelAlarm(0, 0), levelAlarm(8, 10), levelAlarm(7, 10), levelAlarm(5, 10)]).toEqual(['calm', 'calm', 'amber', 'red'])
    expect([lossAlarm(0, 0), lossAlarm(5, 100), lossAlarm(6, 100), lossAlarm(11, 100)]).toEqual(['calm', 'calm', 'amber', 'red'])
    expect([waitAlarm(20, 20), waitAlarm(21, 20), waitAlarm(61, 20)]).toEqual(['calm', 'amber', 'red'])
    expect([waitingAlarm(0, 0, 0), waitingAlarm(3, 0, 3), waitingAlarm(4, 0, 3), waitingAlarm(9, 1, 3)]).toEqual(['calm', 'amber', 'red', 'amber'])
  })
  it('takes all queues together, with the longest wait of any', () => {
    const q = (more: object) => ({ id: 'q', name: 'Q', waiting: 1, agents: 0, serving: 0, free: 0, entered: 2, answered: 1, abandoned: 1, in_time: 1, ended: 2, within: 20, ...more })
    const b = { at: '', queues: [q({ since: '2026-11-22T10:00:02Z' }), q({ since: '2026-11-22T10:00:01Z', within: 30 })], agents: { available: 1, ringing: 0, talking: 2, wrap_up: 1, paused: 5, signed_out: 9 } } as Board
    expect(total(b)).toMatchObject({ waiting: 2, entered: 4, answered: 2, ended: 4, since: '2026-11-22T10:00:01Z', within: 30, free: 1, serving: 4 })
  })
  it('keeps no more than fits', () => {
    const r = new Ring(3)
    expect(r.path(10, 10)).toBe('')
    for (const v of [9, 0, 4, 8]) r.add(v)
    expect(r.path(10, 8)).toBe('M0.0 8.0L5.0 4.0L10.0 0.0')
  })
  it('reads events in whatever pieces they come', () => {
    const text = 'event: wall\ndata: {"a":1}\n\nretry: 2000\n\ndata: x\r\ndata: y\r\n\r\n'
    for (let n = 1; n < text.length; n++) {
      const r = new Reader()
      const got: string[] = []
      for (let i = 0; i < text.length; i += n) got.push(...r.take(text.slice(i, i + n)))
      expect(got).toEqual(['{"a":1}', 'x\ny'])
    }
    const r = new Reader(12)
    expect([r.take('data: 123456789'), r.take('\n\ndata: ok\n\n')]).toEqual([[], ['ok']])
  })
})

import { describe, expect, it } from 'vitest'

import { change, period, show, tone } from './figures'

describe('figures', () => {
  it('are shown by their unit', () => {
    expect([show('percent', 0.7512), show('seconds', 125), show('number', 0.5), show('count', 12), show('percent', undefined)]).toEqual(['75.1%', '2:05', '0.50', '12', '–'])
  })
  it('are compared with those before', () => {
    expect(change('percent', { n: 3, d: 4, value: 0.75 }, { n: 1, d: 2, value: 0.5 })).toBe(25)
    expect(change('count', { n: 3, d: 0, value: 3 }, { n: 2, d: 0, value: 2 })).toBe(50)
    expect([change('count', { n: 3, d: 0, value: 3 }, { n: 0, d: 0, value: 0 }), change('percent', { n: 0, d: 0 }, { n: 0, d: 0 })]).toEqual([undefined, undefined])
    expect([tone(1, 5), tone(1, -5), tone(-1, 5), tone(0, 5), tone(1, undefined)]).toEqual(['good', 'bad', 'bad', '', ''])
  })
  it('are of whole days', () => {
    const p = period('2026-11-22', '2026-11-22')
    expect(Date.parse(p.to) - Date.parse(p.from)).toBe(86_400_000)
  })
})

import { describe, expect, it } from 'vitest'

import { nearest } from './problems'
import { branches } from './tree'
import { clockOf } from './controls/Clock'
import { unitOf } from './controls/Span'
import { nextPeriod } from './controls/Week'

it.each([['8', '08:00'], ['830', '08:30'], ['0830', '08:30'], ['8:30', '08:30'], ['17：45', '17:45'], ['24', '24:00'], ['24:30', '24:30'], ['noon', 'noon'], ['12:75', '12:75']])('reads the time %s', (typed, time) => {
  expect(clockOf(typed)).toBe(time)
})

it('chooses the unit in which a length reads best', () => {
  expect([unitOf(45, 'seconds'), unitOf(60, 'seconds'), unitOf(90, 'seconds'), unitOf(7200, 'seconds'), unitOf(1440, 'minutes'), unitOf(0, 'minutes'), unitOf(undefined, 'seconds')])
    .toEqual(['seconds', 'minutes', 'seconds', 'hours', 'days', 'minutes', 'seconds'])
})

it('proposes a period behind those that are there', () => {
  expect(nextPeriod([])).toEqual({ from: '08:30', to: '17:30' })
  expect(nextPeriod([{ from: '08:00', to: '12:00' }])).toEqual({ from: '13:00', to: '17:00' })
  expect(nextPeriod([{ from: '08:00', to: '23:30' }])).toEqual({ from: '23:00', to: '24:00' })
})

describe('a problem finds its field', () => {
  const known = [['name'], ['overflow', 0, 'after'], ['exit_keys'], ['ring', 'timeout']]
  it.each([[['name'], ['name']], [['overflow', '0', 'after'], ['overflow', 0, 'after']], [['exit_keys', '0', 'kind'], ['exit_keys']], [['ring', 'timeout'], ['ring', 'timeout']], [['ring', 'retry'], undefined]])('%j', (path, field) => {
    expect(nearest(known, path)).toEqual(field)
  })
})

describe('a tree', () => {
  const item = (id: string, above = '') => ({ id, etag: '', value: { id, in: above } })
  it('stands below what it is under', () => {
    expect(branches([item('a'), item('b'), item('a1', 'a'), item('a11', 'a1')], 'in').map((r) => [r.item.id, r.depth])).toEqual([['a', 0], ['a1', 1], ['a11', 2], ['b', 0]])
  })
  it('loses nobody who goes round in a circle, or is under nobody who is there', () => {
    expect(branches([item('x', 'y'), item('y', 'x'), item('z', 'gone')], 'in').map((r) => r.item.id).sort()).toEqual(['x', 'y', 'z'])
  })
})

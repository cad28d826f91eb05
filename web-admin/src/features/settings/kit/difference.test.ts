import { describe, expect, it } from 'vitest'

import { apply, changes, clean, merge, same } from './difference'

describe('what differs between two documents', () => {
  it('is told by the name of list entries, not by their place', () => {
    const from = { queues: [{ id: 'a', wrap_up: 20 }, { id: 'b', wrap_up: 30 }] }
    const to = { queues: [{ id: 'b', wrap_up: 45 }, { id: 'c', wrap_up: 10 }] }
    expect(changes(from, to)).toEqual([
      { path: ['queues', 'a'], from: { id: 'a', wrap_up: 20 }, to: undefined },
      { path: ['queues', 'b', 'wrap_up'], from: 30, to: 45 },
      { path: ['queues', 'c'], from: undefined, to: { id: 'c', wrap_up: 10 } },
    ])
  })
  it('tells of another order', () => {
    const a = { id: 'a' }
    const b = { id: 'b' }
    expect(changes([a, b], [b, a])).toEqual([{ path: ['⇅'], from: ['a', 'b'], to: ['b', 'a'] }])
  })
  it('takes a list without names as one place', () => {
    expect(changes({ tags: ['x'] }, { tags: ['x', 'y'] })).toEqual([{ path: ['tags'], from: ['x'], to: ['x', 'y'] }])
  })
  it('is nothing when only absent members differ', () => {
    expect(same({ a: 1, b: undefined }, { a: 1 })).toBe(true)
    expect(same({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] })).toBe(false)
  })
})

describe('what two people changed', () => {
  const base = { name: 'x', ring: { timeout: 15, retry: 3 }, skills: ['a'] }
  it('comes together when the places are others', () => {
    const m = merge(base, { ...base, ring: { timeout: 20, retry: 3 } }, { ...base, name: 'y' })
    expect(m).toEqual({ both: { name: 'y', ring: { timeout: 20, retry: 3 }, skills: ['a'] }, clash: [] })
  })
  it('clashes where both changed the same place otherwise', () => {
    const m = merge(base, { ...base, skills: ['b'] }, { ...base, skills: ['c'] })
    expect(m.clash).toEqual([['skills']])
  })
  it('does not clash where both did the same', () => {
    expect(merge(base, { ...base, name: 'z' }, { ...base, name: 'z' }).clash).toEqual([])
  })
  it('keeps what one of them took away away', () => {
    expect(merge({ a: 1, b: 2 }, { a: 1 }, { a: 3, b: 2 }).both).toEqual({ a: 3 })
  })
})

it('sends nothing for what was left empty', () => {
  expect(clean({ a: null, b: { c: undefined, d: '' }, e: [null, 1, {}], f: { g: null } })).toEqual({ b: { d: '' }, e: [1, {}] })
  expect(apply({ a: { b: 1 } }, ['a', 'b'], undefined)).toEqual({ a: {} })
})

import { expect, it } from 'vitest'

import { between } from './format'
import { length } from './length'

it('writes lengths as people read them', () => {
  expect([0, 59.6, 125, 3725, -3].map(length)).toEqual(['0:00', '1:00', '2:05', '1:02:05', '0:00'])
})
it('measures between two moments', () => {
  expect(between('2026-11-22T10:00:00Z', '2026-11-22T10:02:05Z')).toBe(125)
  expect(between(undefined, '2026-11-22T10:02:05Z')).toBe(0)
})

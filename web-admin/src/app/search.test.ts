import { expect, it } from 'vitest'

import { texts } from './search'

it('reads what a list knows, and nothing else', () => {
  expect(texts('state', 'number')({ state: 'open', number: 13800138000, other: 'x', cursor: '', tag: {} })).toEqual({ state: 'open', number: '13800138000' })
})

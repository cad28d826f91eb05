import { expect, it } from 'vitest'

import { nameOf } from './shortcuts'

it('names keys', () => {
  const key = (key: string, more: Partial<KeyboardEvent> = {}) => nameOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more })
  expect([key('H'), key('F2'), key('Enter', { ctrlKey: true }), key('k', { metaKey: true })]).toEqual(['h', 'F2', 'Ctrl+Enter', 'Ctrl+k'])
})

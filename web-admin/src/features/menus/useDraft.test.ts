import { expect, test } from 'vitest'

import type { Flow } from './model'
import { drawn, startOf } from './useDraft'

const flow = (entry: string): Flow => ({ entry, nodes: {} })

test('every change has a way back, and forth again', () => {
  let s = drawn({ past: [], future: [], touched: false }, { do: 'read', flow: flow('a') })
  s = drawn(s, { do: 'change', flow: flow('b') })
  const c = flow('c')
  s = drawn(s, { do: 'change', flow: c })
  s = drawn(s, { do: 'kept', flow: c })
  expect(s.touched).toBe(false)
  s = drawn(s, { do: 'undo' })
  expect(s.now?.entry).toBe('b')
  expect(s.touched).toBe(true) // the box keeps what was undone
  s = drawn(s, { do: 'redo' })
  expect(s.now).toBe(c)
  s = drawn(drawn(drawn(s, { do: 'undo' }), { do: 'undo' }), { do: 'undo' })
  expect(s.now?.entry).toBe('a')
  s = drawn(s, { do: 'change', flow: flow('d') })
  expect(s.future).toEqual([])
})

test('what was kept meanwhile does not hide what was changed since', () => {
  const s = drawn({ past: [], now: flow('new'), future: [], touched: true }, { do: 'kept', flow: flow('old') })
  expect(s.touched).toBe(true)
})

test('one goes on from the draft, else from what is published', () => {
  const versions = [{ version: 1, flow: flow('one') }, { version: 2, flow: flow('two') }]
  expect(startOf({ id: 'm', published: 1, versions }).entry).toBe('one')
  expect(startOf({ id: 'm', published: 1, versions, draft: flow('draft') }).entry).toBe('draft')
  expect(startOf({ id: 'm', published: 0, versions: [] }).nodes).toEqual({})
})

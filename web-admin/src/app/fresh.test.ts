import { QueryClient } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'

import { Freshness } from './fresh'

afterEach(() => vi.useRealTimers())

test('a thousand changes are read once, and only what they concern', () => {
  vi.useFakeTimers()
  const client = new QueryClient()
  client.setQueryData(['tickets', 'all'], 1)
  client.setQueryData(['customers'], 1)
  const read = vi.spyOn(client, 'invalidateQueries')
  const f = new Freshness(client)
  for (let n = 0; n < 1000; n++) f.take({ table: 'ticket_word', id: String(n), what: 'update', by: 'x' })
  expect(read).not.toHaveBeenCalled()
  vi.advanceTimersByTime(500)
  expect(read).toHaveBeenCalledTimes(1)
  expect(client.getQueryState(['tickets', 'all'])?.isInvalidated).toBe(true)
  expect(client.getQueryState(['customers'])?.isInvalidated).toBe(false)
  f.take({ table: 'nothing_known', id: '1', what: 'update', by: 'x' })
  vi.advanceTimersByTime(500)
  expect(read).toHaveBeenCalledTimes(1)
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { reloadAtNight } from './clock'
import { length } from '@/ui/length'

describe('the night', () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date(2026, 10, 22, 22, 0, 0) }))
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })
  it('loads the page anew at four, once the box answers', async () => {
    let answers = false
    vi.stubGlobal('fetch', () => (answers ? Promise.resolve({ ok: true }) : Promise.reject(new Error('off'))))
    const reload = vi.fn()
    const stop = reloadAtNight(() => new Date(), reload)
    await vi.advanceTimersByTimeAsync(6 * 3_600_000 + 60_000)
    expect(reload).not.toHaveBeenCalled()
    answers = true
    await vi.advanceTimersByTimeAsync(20_000)
    expect(reload).toHaveBeenCalledOnce()
    stop()
  })
})

it('shows lengths by the clock', () => expect([length(5), length(125), length(3725)]).toEqual(['0:05', '2:05', '1:02:05']))

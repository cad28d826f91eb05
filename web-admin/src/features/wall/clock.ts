import { useSyncExternalStore } from 'react'

const heard = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
const subscribe = (f: () => void) => {
  heard.add(f)
  timer ??= setInterval(() => heard.forEach((h) => h()), 1000)
  return () => {
    heard.delete(f)
    if (heard.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The time in whole seconds since 1970, which changes by itself. */
export const useSecond = () => useSyncExternalStore(subscribe, () => Math.floor(Date.now() / 1000))

const two = (n: number) => String(n).padStart(2, '0')

export function length(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  const m = Math.floor(s / 60)
  return m < 60 ? `${m}:${two(s % 60)}` : `${Math.floor(m / 60)}:${two(m % 60)}:${two(s % 60)}`
}

/** Loads the page anew at 04:00, when the box answers: so it is always of the box's version, and young. */
export function reloadAtNight(now: () => Date = () => new Date(), reload: () => void = () => window.location.reload()): () => void {
  const born = now().getTime()
  const look = setInterval(() => {
    const at = now()
    if (at.getHours() !== 4 || at.getMinutes() > 5 || at.getTime() - born < 3_600_000) return
    void fetch('/wall', { method: 'HEAD' }).then((r) => { if (r.ok) reload() }, () => {})
  }, 20_000)
  return () => clearInterval(look)
}

import { useSyncExternalStore } from 'react'

// One clock for all that counts seconds on a page.
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
const second = () => Math.floor(Date.now() / 1000)

/** The time in whole seconds since 1970, which changes by itself. */
export const useSecond = () => useSyncExternalStore(subscribe, second)

import { useSyncExternalStore } from 'react'

import { length } from './format'

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

/** How long ago something began, by the second. */
export function Since({ at }: { at: string }) {
  return <span className="number faint">{length(useSecond() - Date.parse(at) / 1000)}</span>
}

/** How long it is until something ends, by the second. */
export function Until({ at }: { at: string }) {
  return <span className="number">{length(Date.parse(at) / 1000 - useSecond())}</span>
}

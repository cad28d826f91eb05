import { length } from './length'
import { useSecond } from './second'

/** How long ago something began, by the second. */
export function Since({ at }: { at: string }) {
  return <span className="number faint">{length(useSecond() - Date.parse(at) / 1000)}</span>
}

/** How long it is until something ends, by the second. */
export function Until({ at }: { at: string }) {
  return <span className="number">{length(Date.parse(at) / 1000 - useSecond())}</span>
}

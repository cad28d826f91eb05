/** What this browser remembers of its telephone. */
export interface Settings {
  /** Whether the page is the agent's telephone. */
  on: boolean
  /** Whether calls are answered by themselves. */
  auto: boolean
  /** Devices by their ids; empty: the system's own choice. */
  microphone: string
  speaker: string
  ringer: string
}

const key = 'softphone'
const none: Settings = { on: false, auto: false, microphone: '', speaker: '', ringer: '' }

export function load(store: Pick<Storage, 'getItem'> = localStorage): Settings {
  try {
    const kept: unknown = JSON.parse(store.getItem(key) ?? '{}')
    if (typeof kept !== 'object' || kept === null) return none
    const s = { ...none }
    for (const k of Object.keys(none) as (keyof Settings)[]) {
      const v = (kept as Record<string, unknown>)[k]
      if (typeof v === typeof none[k]) Object.assign(s, { [k]: v })
    }
    return s
  } catch {
    return none
  }
}

export const save = (s: Settings, store: Pick<Storage, 'setItem'> = localStorage) => store.setItem(key, JSON.stringify(s))

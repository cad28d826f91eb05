import type { Schemas } from '@/api/client'

type Document = Schemas['SettingsDocument']

/** The recordings that the settings speak of, each with the places that do. */
export function usedPrompts(d: Document): Map<string, string[]> {
  const used = new Map<string, string[]>()
  const add = (id: string | undefined, where: string) => {
    if (id && !id.startsWith('$')) used.set(id, [...(used.get(id) ?? []), where])
  }
  for (const q of d.queues ?? []) {
    const name = q.name || q.id
    add(q.whisper, name)
    add(q.announce?.entry, name)
    for (const p of q.announce?.periodic ?? []) add(p, name)
    add(q.callback?.greeting, name)
  }
  for (const a of d.agents ?? []) add(a.greeting, a.name || a.id)
  for (const b of d.voicemail?.boxes ?? []) add(b.greeting, b.name || b.number)
  for (const f of d.flows ?? []) {
    const name = f.title || f.id
    const inForce = f.versions?.find((v) => v.version === f.published)?.flow
    for (const flow of [inForce, f.draft]) {
      for (const n of Object.values(flow?.nodes ?? {})) for (const w of [...(n.say ?? []), ...(n.say_invalid ?? []), ...(n.say_timeout ?? [])]) add(idOf(w), name)
    }
  }
  return new Map([...used].map(([id, where]) => [id, [...new Set(where)]]))
}

/** The recording of what a menu says: text by itself, or a member of an object. */
function idOf(w: unknown): string | undefined {
  if (typeof w === 'string') return w
  const id = (w as { recording?: unknown } | null)?.recording
  return typeof id === 'string' ? id : undefined
}

export interface PromptRow {
  id: string
  by: Record<string, Schemas['Prompt'] | undefined>
  used: string[]
  /** The number after *77, if it has one. */
  number?: string
  /** Languages in which it is wanted and not there. */
  missing: string[]
}

/** All recordings by id, also those that are spoken of and not there. */
export function rowsOf(list: Schemas['Prompt'][], used: Map<string, string[]>, numbers: Record<string, string>, languages: readonly string[]): PromptRow[] {
  const spoken = list.filter((p) => p.language !== 'music')
  const ids = [...new Set([...spoken.map((p) => p.id), ...used.keys(), ...Object.values(numbers)])].sort()
  return ids.map((id) => {
    const by = Object.fromEntries(languages.map((l) => [l, spoken.find((p) => p.id === id && p.language === l)]))
    return {
      id, by, used: used.get(id) ?? [],
      number: Object.entries(numbers).find(([, p]) => p === id)?.[0],
      // The words of numbers and times differ by language; what the dealership speaks is wanted in all of them.
      missing: languages.filter((l) => !by[l] && (used.has(id) || languages.some((m) => by[m]?.own))),
    }
  })
}

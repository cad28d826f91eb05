import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { api, take } from '@/api/client'
import { listQuery } from './box'
import type { Source } from './field'
import { type Item, nameOf } from './kind'

export interface Option {
  value: string
  label: string
}

/** The lists that a choice is made from. */
const lists: Partial<Record<Source, string[]>> = {
  ways: ['trunks', 'analog-lines', 'analog-groups'],
  numbers: ['extensions', 'internal-numbers'],
  skills: ['agents', 'roster-people'],
  departments: ['roster-people', 'ticket-types'],
  prompts: [],
  flows: [],
}

/** All recordings that the box speaks. */
export const promptsQuery = {
  queryKey: ['prompts', 'all'],
  queryFn: async () => {
    const items = []
    let cursor: string | undefined
    do {
      const page = await take(api.GET('/api/v1/prompts', { params: { query: { limit: 200, cursor } } }))
      items.push(...page.items)
      cursor = page.next_cursor
    } while (cursor)
    return items
  },
}
const flowsQuery = { queryKey: ['settings', 'flows', 'names'], queryFn: () => take(api.GET('/api/v1/settings/flows')) }

/** What can be chosen, by the names that people know. */
export function useOptions(source: Source): Option[] {
  const got = useQueries({ queries: (lists[source] ?? [source]).map((url) => listQuery(url)) })
  const prompts = useQuery({ ...promptsQuery, enabled: source === 'prompts' })
  const flows = useQuery({ ...flowsQuery, enabled: source === 'flows' })
  const items = got.map((g) => g.data?.items)
  return useMemo(() => {
    if (source === 'prompts') return promptOptions(prompts.data ?? [])
    if (source === 'flows') return (flows.data?.items ?? []).map((f) => ({ value: f.id, label: nameOf({ id: f.id, title: f.title }) }))
    const found = items.flatMap((l) => l ?? [])
    if (source === 'skills') return plain(found.flatMap(skillsOf))
    if (source === 'departments') return plain(found.map((i) => String(i.value.department ?? '')))
    return found.map((i) => ({ value: i.id, label: nameOf(i.value, i.id) }))
    // The lists are many, and each keeps its identity until it is read anew.
  }, [source, prompts.data, flows.data, ...items])
}

const plain = (values: string[]): Option[] => [...new Set(values)].filter((v) => v !== '').sort().map((v) => ({ value: v, label: v }))

function skillsOf(i: Item): string[] {
  const s = i.value.skills
  return Array.isArray(s) ? (s as string[]) : typeof s === 'object' && s !== null ? Object.keys(s) : []
}

function promptOptions(list: { id: string; language: string }[]): Option[] {
  const by = new Map<string, string[]>()
  for (const p of list) if (p.language !== 'music') by.set(p.id, [...(by.get(p.id) ?? []), p.language])
  return [...by].sort(([a], [b]) => a.localeCompare(b)).map(([id, languages]) => ({ value: id, label: `${id} · ${languages.join(' ')}` }))
}

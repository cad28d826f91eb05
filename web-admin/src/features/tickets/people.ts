import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { api, type Schemas, take } from '@/api/client'

/** Who works here, and how to name one of them. */
export function useColleagues() {
  const { data } = useQuery({ queryKey: ['colleagues'], queryFn: () => take(api.GET('/api/v1/tickets/people')), staleTime: 300_000 })
  return useMemo(() => {
    const list = data?.items ?? []
    const names = new Map(list.map((p) => [p.id, p.name]))
    return { list: list.filter((p) => p.role), name: (id?: string) => (id ? (names.get(id) ?? id) : '') }
  }, [data])
}

/** The types of tickets, with their forms. */
export function useTypes() {
  const { data } = useQuery({ queryKey: ['ticket-types'], queryFn: () => take(api.GET('/api/v1/tickets/types')), staleTime: 300_000 })
  return useMemo(() => {
    const list = data?.items ?? []
    const types = new Map(list.map((p) => [p.id, p]))
    return { list, get: (id: string): Schemas['TicketType'] | undefined => types.get(id) }
  }, [data])
}

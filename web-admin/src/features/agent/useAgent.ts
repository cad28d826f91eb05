import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'

import { api, type Schemas, take } from '@/api/client'
import { useNews } from '@/app/live'
import { useSession } from '@/app/session'
import { useComplain } from '@/ui/complain'

export type Self = Schemas['QueueAgentView']
export type Pop = Schemas['Pop']
export type Call = Schemas['View']

const selfKey = ['agent', 'self']

/** What one does as an agent, kept true by the stream. */
export function useSelf() {
  const client = useQueryClient()
  const { me } = useSession()
  useNews(
    'agent',
    useCallback(
      (n: Schemas['AgentChanged']) => {
        if (n.agent.agent === me.user.agent) client.setQueryData(selfKey, n.agent)
      },
      [client, me.user.agent],
    ),
  )
  return useQuery({ queryKey: selfKey, queryFn: () => take(api.GET('/api/v1/live/agents/me')), enabled: me.user.agent !== '' })
}

/** Signs in or out, pauses, ends wrap-up. */
export function useChange() {
  const client = useQueryClient()
  const onError = useComplain()
  return useMutation({
    mutationFn: (body: Schemas['AgentChange']) => take(api.POST('/api/v1/live/agents/me', { body })),
    onSuccess: (self) => client.setQueryData(selfKey, self),
    onError,
  })
}

/** The call at one's phone: the pop, which comes when it rings, and how it goes. */
export function useOwnCall(self: Self | undefined) {
  const client = useQueryClient()
  useNews('pop', useCallback((p: Pop) => client.setQueryData(['pop', p.call], p), [client]))
  useNews(
    'call',
    useCallback((n: Schemas['CallChanged']) => client.setQueryData(['call', n.call.id], n.call), [client]),
  )
  useNews(
    'call-ended',
    useCallback((n: Schemas['CallEnded']) => client.setQueryData(['call', n.call.id], null), [client]),
  )
  const id = self?.call ?? (self?.activity === 'wrap_up' ? self.wrap_up_call : undefined)
  const pop = useQuery({
    queryKey: ['pop', id],
    queryFn: () => take(api.GET('/api/v1/live/calls/{id}/pop', { params: { path: { id: id! } } })),
    // Of a call that is over there is none any more: what came with its ring is kept.
    enabled: self?.call !== undefined, staleTime: Infinity, retry: false,
  })
  const call = useQuery({
    queryKey: ['call', id],
    queryFn: async () => (await take(api.GET('/api/v1/live/calls'))).items.find((c) => c.id === id) ?? null,
    enabled: self?.call !== undefined, staleTime: Infinity,
  })
  return { id, pop: pop.data, popError: pop.error, call: call.data ?? undefined }
}

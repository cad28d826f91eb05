import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef } from 'react'

import { api, type Schemas, take } from '@/api/client'
import { useNews } from '@/app/live'
import { useSession } from '@/app/session'
import { type Agent, type Call, patched, type Queue } from './floor'

interface Items<T> {
  items: T[]
}

/** How often the page takes what has come in, in ms: a burst of events is painted once. */
const pace = 250

/** Collects changes of a list and puts them into the cache together. */
function useBatch<T>(key: string, id: (t: T) => string) {
  const client = useQueryClient()
  const waiting = useRef(new Map<string, T | null>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useCallback(
    (at: string, change: T | null) => {
      waiting.current.set(at, change)
      timer.current ??= setTimeout(() => {
        timer.current = undefined
        const changes = waiting.current
        waiting.current = new Map()
        client.setQueryData<Items<T>>(['live', key], (old) => old && { ...old, items: patched(old.items, id, changes) })
      }, pace)
    },
    [client, key, id],
  )
}

const agentId = (a: Agent) => a.agent
const callId = (c: Call) => c.id
const none: never[] = []

/** Whoever comes back reads anew what was not heard meanwhile. Comparing a thousand callers with those before costs more than it saves: the lines compare themselves. */
const fresh = { refetchOnMount: 'always', structuralSharing: false } as const

/** Queues, agents and calls at this moment, kept true by the stream. */
export function useFloor() {
  const client = useQueryClient()
  const { may } = useSession()
  const queues = useQuery({ queryKey: ['live', 'queues'], ...fresh, queryFn: () => take(api.GET('/api/v1/live/queues')) })
  const agents = useQuery({ queryKey: ['live', 'agents'], ...fresh, queryFn: () => take(api.GET('/api/v1/live/agents')) })
  const calls = useQuery({ queryKey: ['live', 'calls'], ...fresh, queryFn: () => take(api.GET('/api/v1/live/calls')), enabled: may('calls.read') })
  const agentChanged = useBatch<Agent>('agents', agentId)
  const callChanged = useBatch<Call>('calls', callId)
  useNews('queues', useCallback((n: Schemas['QueuesChanged']) => client.setQueryData(['live', 'queues'], { items: n.queues }), [client]))
  useNews('agent', useCallback((n: Schemas['AgentChanged']) => agentChanged(n.agent.agent, withQueues(client, n.agent)), [client, agentChanged]))
  useNews('call', useCallback((n: Schemas['CallChanged']) => callChanged(n.call.id, n.call), [callChanged]))
  useNews('call-ended', useCallback((n: Schemas['CallEnded']) => callChanged(n.call.id, null), [callChanged]))
  const byId = useMemo(() => new Map((calls.data?.items ?? none).map((c) => [c.id, c])), [calls.data])
  const names = useMemo(() => new Map((agents.data?.items ?? none).map((a) => [a.agent, a.name])), [agents.data])
  return {
    error: queues.error ?? agents.error,
    ready: queues.data !== undefined && agents.data !== undefined,
    retry: () => void client.invalidateQueries({ queryKey: ['live'] }),
    queues: (queues.data?.items ?? none) as Queue[],
    agents: (agents.data?.items ?? none) as Agent[],
    calls: byId,
    names,
  }
}

/** Events leave out which queues an agent serves: what is known of it stays. */
function withQueues(client: QueryClient, a: Agent): Agent {
  const old = client.getQueryData<Items<Agent>>(['live', 'agents'])?.items.find((o) => o.agent === a.agent)
  return a.queues || !old?.queues ? a : { ...a, queues: old.queues }
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useReducer, useRef } from 'react'

import { api, type Schemas, take } from '@/api/client'
import { Problem } from '@/api/problem'
import type { Flow } from './model'

interface Drawn {
  past: Flow[]
  now?: Flow
  future: Flow[]
  /** The draft differs from what the box keeps. */
  touched: boolean
}

type Step = { do: 'read'; flow: Flow } | { do: 'change'; flow: Flow } | { do: 'undo' } | { do: 'redo' } | { do: 'kept'; flow: Flow }

const most = 100

/** Drawing with a way back. */
export function drawn(s: Drawn, step: Step): Drawn {
  switch (step.do) {
    case 'read': return { past: [], now: step.flow, future: [], touched: false }
    case 'change': return s.now === step.flow ? s : { past: s.now ? [...s.past, s.now].slice(-most) : s.past, now: step.flow, future: [], touched: true }
    case 'undo': return s.past.length === 0 || !s.now ? s : { past: s.past.slice(0, -1), now: s.past.at(-1), future: [s.now, ...s.future], touched: true }
    case 'redo': return s.future.length === 0 || !s.now ? s : { past: [...s.past, s.now], now: s.future[0], future: s.future.slice(1), touched: true }
    case 'kept': return s.now === step.flow ? { ...s, touched: false } : s
  }
}

/** The draft of a menu: read once, kept by the box a moment after each change, checked after that. */
export function useDraft(id: string) {
  const client = useQueryClient()
  const shelf = useQuery({
    queryKey: ['menu', id],
    queryFn: async () => {
      const { data, error, response } = await api.GET('/api/v1/settings/flows/{id}', { params: { path: { id } } })
      return { shelf: await take(Promise.resolve({ data, error, response })), etag: response.headers.get('etag') ?? '' }
    },
  })
  const etag = useRef('')
  const [state, step] = useReducer(drawn, { past: [], future: [], touched: false })
  useEffect(() => {
    if (!shelf.data || state.now) return // what is read later is what was drawn here
    etag.current = shelf.data.etag
    step({ do: 'read', flow: startOf(shelf.data.shelf) })
  }, [shelf.data, state.now])
  const save = useMutation({
    mutationFn: async (flow: Flow) => {
      const info = await take(api.PUT('/api/v1/settings/flows/{id}/draft', { params: { path: { id }, header: { 'If-Match': etag.current } }, body: flow }))
      etag.current = info.etag
      return flow
    },
    onSuccess: (flow) => {
      step({ do: 'kept', flow })
      void client.invalidateQueries({ queryKey: ['menu', id, 'check'] })
      void client.invalidateQueries({ queryKey: ['menus'] })
    },
  })
  const { mutate, isPending } = save
  useEffect(() => {
    if (!state.touched || !state.now || isPending || save.isError) return
    const flow = state.now
    const timer = setTimeout(() => mutate(flow), 600)
    return () => clearTimeout(timer)
  }, [state.touched, state.now, isPending, save.isError, mutate])
  const reread = useCallback(async () => {
    save.reset()
    const fresh = await shelf.refetch()
    if (fresh.data) {
      etag.current = fresh.data.etag
      step({ do: 'read', flow: startOf(fresh.data.shelf) })
    }
  }, [save, shelf])
  return {
    shelf: shelf.data?.shelf, error: shelf.error, refetch: shelf.refetch,
    flow: state.now, change: useCallback((flow: Flow) => step({ do: 'change', flow }), []),
    undo: state.past.length > 0 ? () => step({ do: 'undo' }) : undefined, redo: state.future.length > 0 ? () => step({ do: 'redo' }) : undefined,
    /** The box keeps a draft, which can be checked. */
    drafted: shelf.data?.shelf.draft !== undefined || save.isSuccess,
    saving: isPending || state.touched, stale: save.error instanceof Problem && save.error.status === 412, failed: save.error, again: () => save.reset(), reread,
  }
}

/** What one goes on from: the draft, else what is published, else nothing yet. */
export function startOf(s: Schemas['FlowShelf']): Flow {
  return s.draft ?? s.versions.find((v) => v.version === s.published)?.flow ?? { entry: '', nodes: {} }
}

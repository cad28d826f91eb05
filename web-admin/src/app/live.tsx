import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'

import { api } from '@/api/client'
import { Events, type Name, type News } from '@/api/events'
import { Freshness } from './fresh'
import { refresh, useSession } from './session'

const Stream = createContext<Events | null>(null)

/** Keeps the stream of what happens open as long as somebody is signed in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const { out } = useSession()
  const [events, setEvents] = useState<Events | null>(null)
  useEffect(() => {
    if (out) return
    const e = new Events(() => void api.GET('/api/v1/session')) // its refusal brings up the door
    setEvents(e)
    // Events were lost: whatever is on the page is read anew.
    const stop = e.on('resync', () => refresh(client))
    const fresh = new Freshness(client)
    e.on('record', (n) => fresh.take(n))
    return () => {
      stop()
      fresh.stop()
      e.close()
    }
  }, [client, out])
  return <Stream.Provider value={events}>{children}</Stream.Provider>
}

/** Calls back with each event of a name as long as the component is there. */
export function useNews<N extends Name>(name: N, f: (data: News[N]) => void) {
  const events = useContext(Stream)
  useEffect(() => events?.on(name, f), [events, name, f])
}

/** Whether the box can be heard. */
export function useIsLive(): boolean {
  const events = useContext(Stream)
  return useSyncExternalStore(
    (f) => events?.onLive(f) ?? (() => {}),
    () => events?.live ?? true,
  )
}

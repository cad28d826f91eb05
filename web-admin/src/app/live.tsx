import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'

import { Events, type Name, type News } from '@/api/events'

const Stream = createContext<Events | null>(null)

/** Keeps the stream of what happens open as long as somebody is signed in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [events, setEvents] = useState<Events | null>(null)
  useEffect(() => {
    const e = new Events()
    setEvents(e)
    // Events were lost: whatever is on the page is read anew.
    const stop = e.on('resync', () => void client.invalidateQueries())
    return () => {
      stop()
      e.close()
    }
  }, [client])
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

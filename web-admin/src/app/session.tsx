import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'

import { api, onSignedOut, type Schemas, take } from '@/api/client'
import { Problem } from '@/api/problem'
import { ErrorState, Loading } from '@/ui/states'
import { SignIn } from '@/features/session/SignIn'
import { FirstAdmin } from '@/features/session/FirstAdmin'
import { NewPassword } from '@/features/session/NewPassword'

export type Me = Schemas['Me']

interface Session {
  me: Me
  /** Whether the person may do what an operation's x-perm names. */
  may: (permission: string) => boolean
  /** The session has ended, and the door stands over the page. */
  out: boolean
}

const Here = createContext<Session | null>(null)

/** Reads anew whatever is on the page, but not who looks at it. */
export function refresh(client: QueryClient) {
  void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' && q.queryKey[0] !== 'signed-out' })
}

/** Who is signed in. */
export function useSession(): Session {
  const s = useContext(Here)
  if (!s) throw new Error('no session')
  return s
}

export const meQuery = {
  queryKey: ['session'],
  queryFn: async () => {
    try {
      return await take(api.GET('/api/v1/session'))
    } catch (e) {
      if (e instanceof Problem && e.status === 401) return null
      throw e
    }
  },
  staleTime: Infinity,
  retry: 3,
}

/**
 * Shows the page to who is signed in, and otherwise asks for that. Who was signed in and is not any more signs in over the
 * page, which stays as it is below.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const { data: me, error, isPending, refetch } = useQuery(meQuery)
  useEffect(() => onSignedOut(() => client.setQueryData(['signed-out'], true)), [client])
  const { data: out } = useQuery({ queryKey: ['signed-out'], queryFn: () => false, staleTime: Infinity })
  const session = useMemo(() => me && { me, may: (p: string) => p === '' || me.permissions.includes(p), out: out ?? false }, [me, out])
  if (isPending) return <Loading whole />
  if (error) return <ErrorState error={error} retry={() => void refetch()} whole />
  const signedIn = (who: Me) => {
    client.setQueryData(['session'], who)
    client.setQueryData(['signed-out'], false)
    refresh(client)
  }
  if (!session) return <Entrance onDone={signedIn} />
  if (session.me.user.must_change) return <NewPassword onDone={() => void refetch()} />
  return (
    <Here.Provider value={session}>
      {children}
      {out && <SignIn onDone={signedIn} over login={session.me.user.login} />}
    </Here.Provider>
  )
}

function Entrance({ onDone }: { onDone: (me: Me) => void }) {
  const { data: setup, isPending } = useQuery({ queryKey: ['setup'], queryFn: () => take(api.GET('/api/v1/setup')) })
  if (isPending) return <Loading whole />
  return setup?.needed ? <FirstAdmin onDone={onDone} /> : <SignIn onDone={onDone} />
}

import { useQuery } from '@tanstack/react-query'

import '@/features/settings/settings.css'
import { api, take } from '@/api/client'
import { SettingsHeader } from '@/features/settings/pages/SettingsHeader'
import { ErrorState, Loading } from '@/ui/states'
import { SessionTable } from './SessionTable'
import { useUserNames } from './users'

/** Who is signed in, and where. */
export default function SessionsPage() {
  const { data, error, refetch } = useQuery({ queryKey: ['users', 'sessions'], queryFn: () => take(api.GET('/api/v1/sessions')) })
  const nameOf = useUserNames()
  return (
    <>
      <SettingsHeader kind="sessions" />
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : !data ? <Loading /> : <div className="card"><SessionTable items={data.items} nameOf={nameOf} onEnded={refetch} /></div>}
    </>
  )
}

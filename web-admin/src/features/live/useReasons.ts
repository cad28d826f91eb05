import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { api, take } from '@/api/client'
import { useSession } from '@/app/session'

/** Why an agent may take a break: names by id. */
export function useReasons(): Map<string, string> {
  const { may } = useSession()
  const { data } = useQuery({
    queryKey: ['settings', 'pause-reasons'], enabled: may('settings.read'), staleTime: 60_000,
    queryFn: () => take(api.GET('/api/v1/settings/pause-reasons', { params: { query: { limit: 100 } } })),
  })
  return useMemo(() => new Map((data?.items ?? []).map((r) => [r.value.id, r.value.name])), [data])
}

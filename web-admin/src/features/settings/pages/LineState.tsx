import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useNews } from '@/app/live'
import { useSession } from '@/app/session'

const tones: Record<string, string> = {
  registered: 'good', up: 'good', idle: 'good', reachable: 'good', ready: 'good', in_use: 'busy', ringing: 'busy', busy: 'busy', registering: 'warn', unknown: 'off',
}

/** How a trunk or a line is at this moment, in colour and in words. */
export function LineState({ name }: { name: string }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const client = useQueryClient()
  const { data } = useQuery({ queryKey: ['live', 'lines'], queryFn: () => take(api.GET('/api/v1/live/lines')), enabled: may('live.read') })
  useNews('lines', useCallback((n: Schemas['LinesChanged']) => client.setQueryData<{ items: Schemas['Line'][] }>(['live', 'lines'], (old) => old && { ...old, items: [...old.items.filter((l) => !n.lines.some((m) => m.name === l.name)), ...n.lines] }), [client]))
  const line = data?.items.find((l) => l.name === name)
  if (!line) return null
  return <span className={`led ${tones[line.state] ?? 'bad'}`} title={line.note}>{t(`settings.lineState.${line.state}`, line.state)}</span>
}

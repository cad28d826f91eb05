import { PhoneOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useNews } from '@/app/live'
import { useSession } from '@/app/session'
import { useComplain } from '@/ui/complain'
import { Since } from '@/ui/Since'
import { Mark } from '@/ui/Mark'

type Task = Schemas['StoredTask']

const key = ['live', 'unreturned']

/** Whose calls nobody took and nobody has called back: one click takes the task and rings one's phone. */
export function Unreturned() {
  const { t } = useTranslation()
  const { may } = useSession()
  const client = useQueryClient()
  const onError = useComplain()
  const { data } = useQuery({ queryKey: key, refetchOnMount: 'always', queryFn: () => take(api.GET('/api/v1/outreach/unreturned', { params: { query: { limit: 50 } } })) })
  useNews('record', useCallback((n: Schemas['RecordChanged']) => { if (n.table === 'outreach_task' || n.table === 'task') void client.invalidateQueries({ queryKey: key }) }, [client]))
  useNews('call-ended', useCallback((n: Schemas['CallEnded']) => { if (n.call.disposition !== 'answered' || n.call.direction === 'outbound') void client.invalidateQueries({ queryKey: key }) }, [client]))
  const call = useMutation({
    mutationFn: async (k: Task) => {
      await take(api.POST('/api/v1/outreach/tasks/{id}/take', { params: { path: { id: k.id } } }))
      await take(api.POST('/api/v1/calls', { body: { number: k.numbers?.[0] ?? '' } }))
    },
    onSettled: () => client.invalidateQueries({ queryKey: key }),
    onError,
  })
  const list = data?.items ?? []
  return (
    <section className="card" aria-label={t('live.unreturned')}>
      <header className="live-head">
        <h2>{t('live.unreturned')} <span className="faint number">{list.length}{data?.next_cursor ? '+' : ''}</span></h2>
        <span className="grow" />
        <Link to="/callbacks" search={{ kind: 'unreturned', state: 'open' }}>{t('live.all')}</Link>
      </header>
      {list.length === 0 ? (
        <p className="faint live-none">{t('live.noUnreturned')}</p>
      ) : (
        <ul className="rows live-rows">
          {list.slice(0, 8).map((k) => (
            <li key={k.id}>
              <span className="live-name">{k.name || <span className="number">{k.numbers?.[0]}</span>}</span>
              {k.name && <span className="number faint">{k.numbers?.[0]}</span>}
              {(k.count ?? 0) > 1 && <Mark tone="warn">{t('live.times', { count: k.count })}</Mark>}
              <span className="grow" />
              <Since at={k.last_missed ?? k.created_at} />
              {may('outreach.work') && may('calls.control') && (
                <Button size="small" icon={<PhoneOutlined />} loading={call.isPending && call.variables.id === k.id} onClick={() => call.mutate(k)} aria-label={t('live.callWho', { who: k.name || k.numbers?.[0] })}>
                  {t('live.call')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

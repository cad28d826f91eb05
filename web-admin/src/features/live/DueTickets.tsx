import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import dayjs from 'dayjs'
import { useCallback, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useNews } from '@/app/live'
import { useSession } from '@/app/session'
import { Mark } from '@/ui/Mark'
import { Since, Until } from '@/ui/Since'
import { useSecond } from '@/ui/second'

type Ticket = Schemas['StoredTicket']

const key = ['live', 'tickets']

/** The tickets whose promise is broken or nearly so, rescues first; and how many promises of the day were kept. */
export function DueTickets() {
  const { t } = useTranslation()
  const { may } = useSession()
  const client = useQueryClient()
  const today = dayjs().format('YYYY-MM-DD')
  const read = (query: object) => () => take(api.GET('/api/v1/tickets', { params: { query: { limit: 50, ...query } as object } }))
  const overdue = useQuery({ queryKey: [...key, 'overdue'], refetchOnMount: 'always', queryFn: read({ overdue: true }) })
  const urgent = useQuery({ queryKey: [...key, 'urgent'], refetchOnMount: 'always', queryFn: read({ priority: 'urgent' }) })
  const figures = useQuery({
    queryKey: [...key, 'figures', today], enabled: may('calls.monitor'),
    queryFn: () => take(api.GET('/api/v1/tickets/figures', { params: { query: { from: today, to: today } } })),
  })
  // A ticket's change comes as several records: they are read again once.
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useNews('record', useCallback((n: Schemas['RecordChanged']) => {
    if (n.table !== 'ticket') return
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void client.invalidateQueries({ queryKey: key }), 1000)
  }, [client]))
  const list = merge(overdue.data?.items ?? [], (urgent.data?.items ?? []).filter((k) => k.state !== 'closed' && k.state !== 'resolved'))
  const quarter = figures.data?.all.quarter_hour_contact
  const first = figures.data?.all.first_contact
  return (
    <section className="card" aria-label={t('live.tickets')}>
      <header className="live-head">
        <h2>{t('live.tickets')} <span className="faint number">{list.length}</span></h2>
        {quarter && quarter.of > 0 && <Mark tone={quarter.met < quarter.of ? 'warn' : 'good'}>{t('live.quarter', quarter as unknown as Record<string, number>)}</Mark>}
        {first && first.of > 0 && <Mark tone={first.met < first.of ? 'warn' : 'good'}>{t('live.first', first as unknown as Record<string, number>)}</Mark>}
        <span className="grow" />
        <Link to="/tickets" search={{ overdue: 'true' }}>{t('live.all')}</Link>
      </header>
      {list.length === 0 ? (
        <p className="faint live-none">{t('live.noTickets')}</p>
      ) : (
        <ul className="rows live-rows">{list.slice(0, 8).map((k) => <TicketRow key={k.id} ticket={k} />)}</ul>
      )}
    </section>
  )
}

function TicketRow({ ticket: k }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const late = useSecond() * 1000 > Date.parse(k.deadline ?? '9999-12-31')
  const escalations = k.timers?.reduce((n, m) => Math.max(n, (m.ladder ?? []).filter((c) => c.at).length), 0) ?? 0
  return (
    <li>
      {k.priority === 'urgent' && <Mark tone="bad">{t('live.urgent')}</Mark>}
      <span className="number">{k.number}</span>
      <span className="live-name grow">{k.subject || k.name}</span>
      {escalations > 0 && <Mark tone="warn">{t('live.escalated', { level: escalations })}</Mark>}
      {k.owner && <span className="faint">{k.owner}</span>}
      {k.deadline && (
        <span className={`led ${late ? 'bad' : 'warn'}`}>{late ? t('live.late') : t('live.left')} {late ? <Since at={k.deadline} /> : <Until at={k.deadline} />}</span>
      )}
    </li>
  )
}

/** Both lists as one, each ticket once, the most pressing first. */
function merge(a: Ticket[], b: Ticket[]): Ticket[] {
  const all = new Map([...a, ...b].map((k) => [k.id, k]))
  return [...all.values()].sort((x, y) => ((x.deadline ?? '9') < (y.deadline ?? '9') ? -1 : 1))
}

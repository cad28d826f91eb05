import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { Mark } from '@/ui/Mark'
import { PageHeader } from '@/ui/PageHeader'
import { ErrorState, Loading } from '@/ui/states'
import { Actions } from './Actions'
import { Attachments } from './Attachments'
import { Attempts } from './Attempts'
import { Complaint } from './Complaint'
import { Deadline } from './Deadline'
import { Dispatch } from './Dispatch'
import { Facts } from './Facts'
import { Story } from './Story'
import { priorityTones, stateTones } from './tones'

export type Ticket = Schemas['StoredTicket']

const route = getRouteApi('/tickets/$id')

/** One ticket: what is asked for, the clocks that run, what may be done, and all that has happened. */
export default function TicketPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const { data: k, error, refetch } = useQuery({
    queryKey: ['ticket', id], queryFn: () => take(api.GET('/api/v1/tickets/{id}', { params: { path: { id } } })),
  })
  if (error && !k) return <ErrorState error={error} retry={() => void refetch()} />
  if (!k) return <Loading />
  return (
    <article>
      <PageHeader title={`${k.number} ${k.subject}`}>
        <Mark tone={stateTones[k.state]}>{t(`tickets.states.${k.state}`, k.state)}</Mark>
        <Mark tone={priorityTones[k.priority]}>{t(`tickets.priorities.${k.priority}`, k.priority)}</Mark>
        {k.outcome && <Mark>{t(`tickets.outcomes.${k.outcome}`, k.outcome)}</Mark>}
        <span className="grow" />
        <Link to="/tickets">{t('tickets.toList')}</Link>
      </PageHeader>
      <Actions ticket={k} />
      <div className="ticket-grid">
        <div className="stack">
          <Facts ticket={k} />
          {k.complaint && <Complaint of={k.complaint} />}
          <Dispatch ticket={k} />
          <Attempts ticket={k} />
          <Attachments ticket={k} />
        </div>
        <div className="stack">
          <Clocks ticket={k} />
          <Story ticket={k} />
        </div>
      </div>
    </article>
  )
}

function Clocks({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const timers = ticket.timers ?? []
  if (timers.length === 0) return null
  return (
    <section className="card" aria-label={t('tickets.clocks')}>
      <h2>{t('tickets.clocks')}</h2>
      <ul className="rows">
        {timers.map((c) => (
          <li key={c.of}>
            <span>{t(`tickets.targets.${c.of}`, c.of)}</span>
            <span className="grow" />
            {c.paused ? <span className="faint">{t('tickets.paused')}</span> : <Deadline at={c.deadline} met={c.met_at} />}
          </li>
        ))}
      </ul>
    </section>
  )
}

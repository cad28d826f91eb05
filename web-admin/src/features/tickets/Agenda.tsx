import { useQuery } from '@tanstack/react-query'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useSession } from '@/app/session'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import { TicketCard } from './TicketCard'
import { asked, type Search } from './TicketList'

type Ticket = Schemas['StoredTicket']
const days = 7
const most = 600

/** Reads open tickets until all deadlines of the days shown are known. */
async function read(query: object): Promise<{ items: Ticket[]; more: boolean }> {
  const items: Ticket[] = []
  let cursor: string | undefined
  do {
    const page = await take(api.GET('/api/v1/tickets', { params: { query: { ...query, limit: 200, cursor } as object } }))
    items.push(...page.items.filter((k) => k.state !== 'closed' && k.deadline))
    cursor = page.next_cursor || undefined
  } while (cursor && items.length < most)
  return { items, more: cursor !== undefined }
}

/** The deadlines of the week, day by day, after what is late already. */
export function Agenda({ search }: { search: Search }) {
  const { t, i18n } = useTranslation()
  const { me } = useSession()
  const { cursor: _, ...rest } = asked(search)
  const { data, error, refetch } = useQuery({ queryKey: ['tickets', 'agenda', rest, me.user.login], queryFn: () => read(rest) })
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  const today = dayjs().startOf('day')
  const columns = [
    { key: 'late', title: t('tickets.overdue'), list: data.items.filter((k) => dayjs(k.deadline).isBefore(dayjs())) },
    ...Array.from({ length: days }, (_, n) => {
      const day = today.add(n, 'day')
      const title = n === 0 ? t('tickets.today') : n === 1 ? t('tickets.tomorrow') : new Intl.DateTimeFormat(i18n.language, { month: 'numeric', day: 'numeric', weekday: 'short' }).format(day.toDate())
      return { key: day.format('YYYY-MM-DD'), title, list: data.items.filter((k) => dayjs(k.deadline).isSame(day, 'day') && dayjs(k.deadline).isAfter(dayjs())) }
    }),
    { key: 'later', title: t('tickets.later'), list: data.items.filter((k) => !dayjs(k.deadline).isBefore(today.add(days, 'day'))) },
  ]
  if (data.items.length === 0) return <div className="card"><Nothing text={t('tickets.noDeadlines')} /></div>
  return (
    <>
      {data.more && <p className="faint">{t('tickets.onlyFirst', { n: data.items.length })}</p>}
      <div className="agenda">
        {columns.filter((c) => c.list.length > 0 || c.key !== 'late').map((c) => (
          <section key={c.key} className="agenda-day" aria-label={c.title}>
            <h2 className={c.key === 'late' ? 'led bad' : ''}>{c.title} <span className="faint number">{c.list.length}</span></h2>
            <ul className="board-cards">
              {c.list.sort((a, b) => (a.deadline ?? '').localeCompare(b.deadline ?? '')).map((k) => <li key={k.id}><TicketCard ticket={k} /></li>)}
            </ul>
          </section>
        ))}
      </div>
    </>
  )
}

import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { DataTable } from '@/ui/DataTable'
import { Mark } from '@/ui/Mark'
import { Nothing } from '@/ui/states'
import { Deadline } from './Deadline'
import { useColleagues } from './people'
import { priorityTones, stateTones } from './tones'

type Ticket = Schemas['StoredTicket']

/** What stands in the address of the page: which tickets, and how they are shown. */
export interface Search {
  owner?: string
  state?: string
  priority?: string
  overdue?: string
  type?: string
  cursor?: string
  q?: string
  view?: string
}

/** The part of the address that the box filters by. */
export const asked = ({ q: _q, view: _view, ...rest }: Search) => rest

export function TicketList({ search, onCursor }: { search: Search; onCursor: (c: string | undefined) => void }) {
  const { t } = useTranslation()
  const { name } = useColleagues()
  const { q } = search
  return (
    <DataTable<Ticket>
      label={t('tickets.title')}
      rowKey={(k) => k.id}
      cursor={search.cursor}
      onCursor={onCursor}
      query={{
        queryKey: ['tickets', search],
        queryFn: () => q
          ? take(api.GET('/api/v1/tickets/search', { params: { query: { q, limit: 50 } } }))
          : take(api.GET('/api/v1/tickets', { params: { query: { ...asked(search), limit: 50 } as object } })),
      }}
      empty={<Nothing text={t('tickets.none')} />}
      columns={[
        { title: t('tickets.number'), render: (_, k) => <Link to="/tickets/$id" params={{ id: k.id }} className="number">{k.number}</Link> },
        { title: t('tickets.subject'), render: (_, k) => k.subject },
        { title: t('tickets.state'), render: (_, k) => <Mark tone={stateTones[k.state]}>{t(`tickets.states.${k.state}`, k.state)}</Mark> },
        { title: t('tickets.priority'), render: (_, k) => <Mark tone={priorityTones[k.priority]}>{t(`tickets.priorities.${k.priority}`, k.priority)}</Mark> },
        { title: t('tickets.customer'), render: (_, k) => <>{k.name} {k.plate && <span className="plate">{k.plate}</span>}</> },
        { title: t('tickets.owner'), render: (_, k) => (k.owner ? name(k.owner) : <span className="led warn">{t('tickets.noOwner')}</span>) },
        { title: t('tickets.deadline'), render: (_, k) => (k.state === 'closed' ? null : <Deadline at={k.deadline} />) },
      ]}
    />
  )
}

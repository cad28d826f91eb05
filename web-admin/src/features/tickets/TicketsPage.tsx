import { getRouteApi } from '@tanstack/react-router'
import { Segmented, Tag } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useSession } from '@/app/session'
import { DataTable } from '@/ui/DataTable'
import { FilterSelect } from '@/ui/FilterSelect'
import { moment } from '@/ui/format'
import { PageHeader } from '@/ui/PageHeader'
import { Nothing } from '@/ui/states'

type Ticket = Schemas['StoredTicket']

const route = getRouteApi('/tickets')
const states = ['new', 'open', 'waiting', 'resolved', 'closed']
const priorities = ['urgent', 'high', 'normal', 'low']
const colours: Record<string, string> = { urgent: 'red', high: 'volcano', normal: 'default', low: 'default' }

/** What customers asked for: one's own by the next deadline, or everybody's. */
export default function TicketsPage() {
  const { t } = useTranslation()
  const { me } = useSession()
  const search = route.useSearch()
  const go = route.useNavigate()
  const filter = (change: Partial<typeof search>) => void go({ search: { ...search, cursor: undefined, ...change } })
  return (
    <>
      <PageHeader title={t('tickets.title')}>
        {me.user.agent !== '' && (
          <Segmented
            value={search.owner === me.user.agent ? 'mine' : 'all'}
            onChange={(v) => filter({ owner: v === 'mine' ? me.user.agent : undefined, state: undefined })}
            options={[{ value: 'mine', label: t('tickets.mine') }, { value: 'all', label: t('tickets.all') }]}
          />
        )}
      </PageHeader>
      <div className="filters">
        <FilterSelect label={t('tickets.state')} value={search.state} onChange={(state) => filter({ state })} options={states.map((v) => ({ value: v, label: t(`tickets.states.${v}`) }))} />
        <FilterSelect label={t('tickets.priority')} value={search.priority} onChange={(priority) => filter({ priority })} options={priorities.map((v) => ({ value: v, label: t(`tickets.priorities.${v}`) }))} />
        <FilterSelect label={t('tickets.overdue')} value={search.overdue} onChange={(overdue) => filter({ overdue })} options={[{ value: 'true', label: t('tickets.onlyOverdue') }]} />
      </div>
      <DataTable<Ticket>
        label={t('tickets.title')}
        rowKey={(k) => k.id}
        cursor={search.cursor}
        onCursor={(cursor) => void go({ search: { ...search, cursor } })}
        query={{
          queryKey: ['tickets', search],
          queryFn: () => take(api.GET('/api/v1/tickets', { params: { query: { ...search, limit: 50 } as object } })),
        }}
        empty={<Nothing text={t('tickets.none')} />}
        columns={[
          { title: t('tickets.number'), render: (_, k) => <span className="number">{k.number}</span> },
          { title: t('tickets.subject'), render: (_, k) => k.subject },
          { title: t('tickets.state'), render: (_, k) => t(`tickets.states.${k.state}`, k.state) },
          { title: t('tickets.priority'), render: (_, k) => <Tag color={colours[k.priority]}>{t(`tickets.priorities.${k.priority}`, k.priority)}</Tag> },
          { title: t('tickets.customer'), render: (_, k) => [k.name, k.plate].filter(Boolean).join(' · ') },
          { title: t('tickets.owner'), dataIndex: 'owner' },
          {
            title: t('tickets.deadline'),
            render: (_, k) => <span className={k.overdue ? 'led bad number' : 'number'}>{moment(k.deadline)}{k.overdue && ` ${t('tickets.overdue')}`}</span>,
          },
        ]}
      />
    </>
  )
}

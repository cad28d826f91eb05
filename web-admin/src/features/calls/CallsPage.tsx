import { getRouteApi, Link } from '@tanstack/react-router'
import { Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { DataTable } from '@/ui/DataTable'
import { between, moment } from '@/ui/format'
import { length } from '@/ui/length'
import { PageHeader } from '@/ui/PageHeader'
import { Nothing } from '@/ui/states'
import { Mark } from '@/ui/Mark'
import { tones } from './tones'

type Call = Schemas['LoggedCall']

const route = getRouteApi('/calls')
const dispositions = Object.keys(tones) as Call['disposition'][]

/** All calls, the newest first. */
export default function CallsPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const go = route.useNavigate()
  const filter = (change: Partial<typeof search>) => void go({ search: { ...search, cursor: undefined, ...change } })
  return (
    <>
      <PageHeader title={t('calls.title')} />
      <div className="filters">
        <Input.Search
          allowClear defaultValue={search.number} placeholder={t('calls.number')} aria-label={t('calls.number')} style={{ width: 200 }}
          onSearch={(v) => filter({ number: v || undefined })}
        />
        <Select
          allowClear value={search.direction} placeholder={t('calls.direction')} aria-label={t('calls.direction')} style={{ width: 120 }}
          onChange={(v?: string) => filter({ direction: v })}
          options={['inbound', 'outbound'].map((v) => ({ value: v, label: t(`calls.directions.${v}`) }))}
        />
        <Select
          allowClear value={search.disposition} placeholder={t('calls.disposition')} aria-label={t('calls.disposition')} style={{ width: 150 }}
          onChange={(v?: string) => filter({ disposition: v })}
          options={dispositions.map((v) => ({ value: v, label: t(`calls.dispositions.${v}`) }))}
        />
      </div>
      <DataTable<Call>
        label={t('calls.title')}
        rowKey={(c) => c.id}
        cursor={search.cursor}
        onCursor={(cursor) => void go({ search: { ...search, cursor } })}
        query={{
          queryKey: ['calls', search],
          queryFn: () => take(api.GET('/api/v1/calls', { params: { query: { ...search, limit: 50 } as object } })),
        }}
        empty={<Nothing text={t('calls.none')} />}
        columns={[
          { title: t('calls.at'), render: (_, c) => <Link to="/calls/$id" params={{ id: c.id }} className="number">{moment(c.started_at)}</Link> },
          { title: t('calls.direction'), render: (_, c) => t(`calls.directions.${c.direction}`) },
          {
            title: t('calls.party'),
            render: (_, c) => (
              <>
                <span className="number">{c.direction === 'outbound' ? c.to : c.from}</span> {c.card.name}
              </>
            ),
          },
          { title: t('calls.queue'), dataIndex: 'queue' },
          { title: t('calls.agent'), dataIndex: 'agent' },
          { title: t('calls.disposition'), render: (_, c) => <Mark tone={tones[c.disposition]}>{t(`calls.dispositions.${c.disposition}`)}</Mark> },
          { title: t('calls.talk'), align: 'right', render: (_, c) => <span className="number">{length(between(c.connected_at, c.ended_at))}</span> },
        ]}
      />
    </>
  )
}

import { getRouteApi, Link } from '@tanstack/react-router'
import { Select } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { DataTable } from '@/ui/DataTable'
import { PageHeader } from '@/ui/PageHeader'
import { Nothing } from '@/ui/states'
import { Mark } from '@/ui/Mark'

type Customer = Schemas['StoredCustomer']

const route = getRouteApi('/customers')

/** All customers. */
export default function CustomersPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const go = route.useNavigate()
  return (
    <>
      <PageHeader title={t('customers.title')} />
      <div className="filters">
        <Select
          allowClear value={search.kind} placeholder={t('customers.kind')} aria-label={t('customers.kind')} style={{ width: 140 }}
          onChange={(kind?: string) => void go({ search: { ...search, cursor: undefined, kind } })}
          options={['person', 'company'].map((v) => ({ value: v, label: t(`customers.kinds.${v}`) }))}
        />
      </div>
      <DataTable<Customer>
        label={t('customers.title')}
        rowKey={(c) => c.id}
        cursor={search.cursor}
        onCursor={(cursor) => void go({ search: { ...search, cursor } })}
        query={{
          queryKey: ['customers', search],
          queryFn: () => take(api.GET('/api/v1/customers', { params: { query: { ...search, limit: 50 } as object } })),
        }}
        empty={<Nothing text={t('customers.none')} />}
        columns={[
          { title: t('customers.name'), render: (_, c) => <><Link to="/customers/$id" params={{ id: c.id }}>{c.name || t('customers.nameless')}</Link> {c.vip && <Mark tone="warn">VIP</Mark>}</> },
          { title: t('customers.kind'), render: (_, c) => t(`customers.kinds.${c.kind}`, c.kind) },
          { title: t('customers.phones'), render: (_, c) => <span className="number">{(c.phones ?? []).map((p) => p.number).join(', ')}</span> },
          { title: t('customers.tier'), dataIndex: 'tier' },
          { title: t('customers.tags'), render: (_, c) => (c.tags ?? []).map((tag) => <Mark key={tag}>{tag}</Mark>) },
        ]}
      />
    </>
  )
}

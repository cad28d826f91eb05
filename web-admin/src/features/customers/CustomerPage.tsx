import { EditOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useSession } from '@/app/session'
import { Fact } from '@/ui/Fact'
import { Dial } from '@/ui/Dial'
import { Mark } from '@/ui/Mark'
import { PageHeader } from '@/ui/PageHeader'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import { CustomerDialog } from './CustomerDialog'
import { Timeline } from './Timeline'

const route = getRouteApi('/customers/$id')
type Customer = Schemas['StoredCustomer']

/** A customer: who it is, the cars, and all that has been between the dealership and them. */
export default function CustomerPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const { id } = route.useParams()
  const [editing, setEditing] = useState(false)
  const { data: c, error, refetch } = useQuery({ queryKey: ['customer', id], queryFn: () => take(api.GET('/api/v1/customers/{id}', { params: { path: { id } } })) })
  if (error && !c) return <ErrorState error={error} retry={() => void refetch()} />
  if (!c) return <Loading />
  return (
    <article>
      <PageHeader title={c.name || t('customers.nameless')}>
        {c.vip && <Mark tone="warn">VIP</Mark>}
        {c.tier && <Mark>{t('agent.tier', { tier: c.tier })}</Mark>}
        <span className="grow" />
        {may('customers.write') && <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>{t('customers.edit')}</Button>}
      </PageHeader>
      <div className="ticket-grid">
        <div className="stack">
          <Facts customer={c} />
          <Cars id={id} />
          <Relatives id={id} />
        </div>
        <Timeline id={id} />
      </div>
      {editing && <CustomerDialog customer={c} onClose={() => setEditing(false)} />}
    </article>
  )
}

function Facts({ customer: c }: { customer: Customer }) {
  const { t } = useTranslation()
  const texts: [string, string | undefined][] = [
    ['contact', c.contact], ['email', c.email], ['wechat', c.wechat], ['address', c.address], ['birthday', c.birthday], ['advisor', c.advisor], ['source', c.source], ['notes', c.notes],
  ]
  return (
    <section className="card" aria-label={t('customers.facts')}>
      <dl className="facts">
        <Fact name={t('customers.kind')}>{t(`customers.kinds.${c.kind}`, c.kind)}</Fact>
        {(c.phones ?? []).map((p) => (
          <Fact key={p.number} name={p.label || t('customers.phone')}>
            <Dial number={p.number} /> {p.do_not_call && <Mark tone="bad">{t('customers.doNotCall')}</Mark>}
          </Fact>
        ))}
        {texts.filter(([, v]) => v).map(([k, v]) => <Fact key={k} name={t(`customers.${k}`)}>{v}</Fact>)}
        {(c.tags ?? []).length > 0 && <Fact name={t('customers.tags')}>{c.tags?.map((x) => <Mark key={x}>{x}</Mark>)}</Fact>}
        {c.consent?.do_not_call && <Fact name={t('customers.consent')}><Mark tone="bad">{t('customers.doNotCall')}</Mark></Fact>}
        {c.consent?.do_not_text && <Fact name={t('customers.consent')}><Mark tone="bad">{t('customers.doNotText')}</Mark></Fact>}
      </dl>
    </section>
  )
}

function Cars({ id }: { id: string }) {
  const { t } = useTranslation()
  const { data } = useQuery({
    queryKey: ['customer', id, 'vehicles'],
    queryFn: () => take(api.GET('/api/v1/customers/{id}/vehicles', { params: { path: { id }, query: { limit: 50 } } })),
  })
  return (
    <section className="card" aria-label={t('customers.vehicles')}>
      <h2>{t('customers.vehicles')}</h2>
      {data?.items.length === 0 && <Nothing text={t('customers.noVehicles')} />}
      <ul className="rows">
        {data?.items.map((v) => (
          <li key={v.vehicle.id}>
            <Link to="/vehicles/$id" params={{ id: v.vehicle.id }} className="plate">{v.vehicle.plate || v.vehicle.vin || t('agent.noPlate')}</Link>
            <span>{[v.vehicle.brand, v.vehicle.model].filter(Boolean).join(' ')}</span>
            <span className="grow" />
            {v.mileage && <span className="number faint">≈ {v.mileage.km.toLocaleString()} km</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Relatives({ id }: { id: string }) {
  const { t } = useTranslation()
  const { data } = useQuery({ queryKey: ['customer', id, 'relations'], queryFn: () => take(api.GET('/api/v1/customers/{id}/relations', { params: { path: { id } } })) })
  if (!data || data.items.length === 0) return null
  return (
    <section className="card" aria-label={t('customers.relatives')}>
      <h2>{t('customers.relatives')}</h2>
      <ul className="rows">
        {data.items.map((r) => (
          <li key={r.relation.id}>
            <Mark>{t(`customers.relations.${r.relation.kind}`, r.relation.kind)}</Mark>
            <Link to="/customers/$id" params={{ id: r.customer.id }}>{r.customer.name || t('customers.nameless')}</Link>
            <span className="faint">{r.relation.role}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

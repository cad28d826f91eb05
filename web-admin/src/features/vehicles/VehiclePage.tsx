import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Checkbox, Form, InputNumber, Space } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { useSession } from '@/app/session'
import { DataTable } from '@/ui/DataTable'
import { Fact } from '@/ui/Fact'
import { moment } from '@/ui/format'
import { Mark } from '@/ui/Mark'
import { PageHeader } from '@/ui/PageHeader'
import { ErrorState, Loading, Nothing } from '@/ui/states'

const route = getRouteApi('/vehicles/$id')
type Visit = Schemas['Visit']

/** A car: whose it is, when it is due, and each of its visits. */
export default function VehiclePage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const { id } = route.useParams()
  const search = route.useSearch()
  const go = route.useNavigate()
  const { data: v, error, refetch } = useQuery({ queryKey: ['vehicle', id], queryFn: () => take(api.GET('/api/v1/vehicles/{id}', { params: { path: { id } } })) })
  if (error && !v) return <ErrorState error={error} retry={() => void refetch()} />
  if (!v) return <Loading />
  const car = v.vehicle
  const texts: [string, string | undefined][] = [
    ['model', [car.brand, car.model, car.model_year].filter(Boolean).join(' ')], ['color', car.color], ['engine', car.engine_number], ['sold', car.sold_on], ['insurer', car.insurer],
    ['insured', car.insured_until], ['inspection', car.inspection_due], ['lastService', car.last_service], ['notes', car.notes],
  ]
  return (
    <article>
      <PageHeader title={car.plate || car.vin || t('agent.noPlate')}>{car.retired && <Mark>{t('vehicles.retired')}</Mark>}</PageHeader>
      <div className="ticket-grid">
        <section className="card" aria-label={t('vehicles.facts')}>
          <dl className="facts">
            {car.vin && <Fact name="VIN"><span className="number">{car.vin}</span></Fact>}
            {texts.filter(([, x]) => x).map(([k, x]) => <Fact key={k} name={t(`vehicles.${k}`)}>{x}</Fact>)}
            {car.owner && <Fact name={t('vehicles.owner')}><Link to="/customers/$id" params={{ id: car.owner }}>{t('tickets.show')}</Link></Fact>}
            <Fact name={t('vehicles.warranty')}>{t(`agent.warranties.${v.warranty.state}`, v.warranty.state)} {v.warranty.ends_on && <span className="faint number">{v.warranty.ends_on}</span>}</Fact>
            {v.service.due_on && <Fact name={t('vehicles.nextService')}><span className="number">{v.service.due_on}</span></Fact>}
            {v.mileage && <Fact name={t('vehicles.mileage')}><span className="number">≈ {v.mileage.km.toLocaleString()} km</span> <span className="faint number">{v.mileage.low.toLocaleString()}–{v.mileage.high.toLocaleString()}</span></Fact>}
          </dl>
          {may('customers.write') && <Reading vehicle={v} />}
        </section>
        <section aria-label={t('vehicles.visits')}>
          <DataTable<Visit>
            label={t('vehicles.visits')} rowKey={(x) => x.id} cursor={search.cursor} onCursor={(cursor) => void go({ search: { cursor } })}
            query={{
              queryKey: ['vehicle', id, 'visits', search.cursor],
              queryFn: () => take(api.GET('/api/v1/vehicles/{id}/visits', { params: { path: { id }, query: { limit: 20, cursor: search.cursor } } })),
            }}
            empty={<Nothing text={t('vehicles.noVisits')} />}
            columns={[
              { title: t('vehicles.at'), render: (_, x) => <span className="number">{moment(x.at)}</span> },
              { title: t('vehicles.work'), render: (_, x) => x.work || x.kind },
              { title: t('vehicles.km'), align: 'right', render: (_, x) => x.km !== undefined && <span className="number">{x.km.toLocaleString()}</span> },
              { title: t('vehicles.amount'), align: 'right', render: (_, x) => x.amount !== undefined && <span className="number">{(x.amount / 100).toFixed(2)}</span> },
              { title: t('vehicles.advisor'), dataIndex: 'advisor' },
            ]}
          />
        </section>
      </div>
    </article>
  )
}

/** Takes down what the odometer shows; what cannot be is asked about once more. */
function Reading({ vehicle: v }: { vehicle: Schemas['StoredVehicle'] }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [form] = Form.useForm<{ km: number; sure?: boolean }>()
  const add = useMutation({
    mutationFn: (b: { km: number; sure?: boolean }) => take(api.POST('/api/v1/vehicles/{id}/readings', { params: { path: { id: v.vehicle.id } }, body: b })),
    onSuccess: (now) => {
      client.setQueryData(['vehicle', v.vehicle.id], now)
      form.resetFields()
    },
    onError: (e: Problem) => form.setFields([{ name: 'km', errors: [e.message] }]),
  })
  return (
    <Form form={form} layout="vertical" onFinish={(b) => add.mutate(b)} style={{ marginTop: 12 }}>
      <Form.Item label={t('vehicles.reading')} required>
        <Space wrap align="start">
          <Form.Item name="km" noStyle rules={[{ required: true, message: t('ui.required') }]}><InputNumber min={0} max={9_999_999} suffix="km" aria-label={t('vehicles.reading')} style={{ width: 160 }} /></Form.Item>
          {add.error && <Form.Item name="sure" noStyle valuePropName="checked"><Checkbox>{t('vehicles.sure')}</Checkbox></Form.Item>}
          <Button htmlType="submit" loading={add.isPending}>{t('tickets.save')}</Button>
        </Space>
      </Form.Item>
    </Form>
  )
}

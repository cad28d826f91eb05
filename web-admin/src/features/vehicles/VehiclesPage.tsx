import { getRouteApi, Link } from '@tanstack/react-router'
import { Input } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { DataTable } from '@/ui/DataTable'
import { PageHeader } from '@/ui/PageHeader'
import { Nothing } from '@/ui/states'

type Vehicle = Schemas['StoredVehicle']

const route = getRouteApi('/vehicles')

/** All vehicles, as they are today. */
export default function VehiclesPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const go = route.useNavigate()
  return (
    <>
      <PageHeader title={t('vehicles.title')} />
      <div className="filters">
        <Input.Search
          allowClear defaultValue={search.brand} placeholder={t('vehicles.brand')} aria-label={t('vehicles.brand')} style={{ width: 200 }}
          onSearch={(v) => void go({ search: { ...search, cursor: undefined, brand: v || undefined } })}
        />
      </div>
      <DataTable<Vehicle>
        label={t('vehicles.title')}
        rowKey={(v) => v.vehicle.id}
        cursor={search.cursor}
        onCursor={(cursor) => void go({ search: { ...search, cursor } })}
        query={{
          queryKey: ['vehicles', search],
          queryFn: () => take(api.GET('/api/v1/vehicles', { params: { query: { ...search, limit: 50 } as object } })),
        }}
        empty={<Nothing text={t('vehicles.none')} />}
        columns={[
          { title: t('vehicles.plate'), render: (_, v) => <Link to="/vehicles/$id" params={{ id: v.vehicle.id }} className="plate">{v.vehicle.plate || v.vehicle.vin || '–'}</Link> },
          { title: t('vehicles.model'), render: (_, v) => [v.vehicle.brand, v.vehicle.model].filter(Boolean).join(' ') },
          { title: 'VIN', render: (_, v) => <span className="number">{v.vehicle.vin}</span> },
          { title: t('vehicles.mileage'), align: 'right', render: (_, v) => v.mileage && <span className="number">≈ {v.mileage.km.toLocaleString()} km</span> },
          { title: t('vehicles.lastService'), render: (_, v) => <span className="number">{v.vehicle.last_service}</span> },
          { title: t('vehicles.warranty'), render: (_, v) => t(`agent.warranties.${v.warranty.state}`, v.warranty.state) },
        ]}
      />
    </>
  )
}

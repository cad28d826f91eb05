import { Alert, Descriptions, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '@/api/client'
import { QuickCustomer } from './QuickCustomer'
import type { Pop } from './useAgent'
import { Mark } from '@/ui/Mark'

/** Who is calling, with vehicles. Several people of one number are a choice, nobody is a form of two fields. */
export function CustomerPanel({ pop }: { pop: Pop }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState(0)
  const known = pop.known[chosen] ?? pop.known[0]
  if (!known) return <QuickCustomer call={pop.call} number={pop.card.number ?? ''} />
  const c = known.customer
  return (
    <div>
      {pop.known.length > 1 && (
        <Alert
          type="info" style={{ marginBottom: 8 }} title={t('agent.several')}
          description={
            <Radio.Group value={chosen} onChange={(e) => setChosen(e.target.value as number)} options={pop.known.map((k, i) => ({ value: i, label: k.customer.name }))} />
          }
        />
      )}
      <h3 className="panel-name">
        {c.name} {c.vip && <Mark tone="warn">VIP</Mark>} {c.tier && <Mark>{t('agent.tier', { tier: c.tier })}</Mark>}
      </h3>
      {c.notes && <p>{c.notes}</p>}
      {(c.tags ?? []).map((tag) => <Mark key={tag}>{tag}</Mark>)}
      {(known.vehicles ?? []).map((v) => <Vehicle key={v.vehicle.id} now={v} />)}
      {(known.more ?? 0) > 0 && <p className="faint">{t('agent.moreVehicles', { count: known.more })}</p>}
    </div>
  )
}

function Vehicle({ now }: { now: Schemas['VehicleNow'] }) {
  const { t } = useTranslation()
  const v = now.vehicle
  const items = [
    now.mileage && { key: 'km', label: t('agent.mileage'), children: <span className="number">≈ {now.mileage.km.toLocaleString()} km</span> },
    v.last_service && { key: 'last', label: t('agent.lastService'), children: <span className="number">{v.last_service}</span> },
    v.insured_until && { key: 'ins', label: t('agent.insuredUntil'), children: <span className="number">{v.insured_until}</span> },
    { key: 'warranty', label: t('agent.warranty'), children: t(`agent.warranties.${now.warranty.state}`, now.warranty.state) },
  ].filter((i) => i !== undefined && i !== '')
  return (
    <div className="vehicle">
      <b className="plate">{v.plate || t('agent.noPlate')}</b> {[v.brand, v.model].filter(Boolean).join(' ')}
      <Descriptions size="small" column={1} items={items} styles={{ label: { width: 84 } }} />
    </div>
  )
}

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { type MapKey, type MapValue, weekdays } from '../field'
import { Ref } from './Choose'
import { Day } from './Days'
import type { Control } from './kinds'
import { type Place, TargetField } from './TargetField'

type Row = [key: string, value: unknown]

/** Entries by name: a key of the telephone and where it leads, a skill and its level. */
export function MapField({ id, value, onChange, disabled, label, name, of }: Control<Record<string, unknown>> & { name: MapKey; of: MapValue }) {
  const { t } = useTranslation()
  // Entries that are being written have no name yet, or one that is there already: they are kept here until they have.
  const [rows, setRows] = useState<Row[]>(() => Object.entries(value ?? {}))
  const [told, setTold] = useState(value)
  if (value !== told) {
    setTold(value)
    setRows(Object.entries(value ?? {}))
  }
  const change = (next: Row[]) => {
    setRows(next)
    const full = Object.fromEntries(next.filter(([k]) => k !== ''))
    setTold(full)
    onChange?.(full)
  }
  const put = (i: number, row: Row) => change(rows.with(i, row))
  const part = (k: string, what: string) => `${label ?? ''} ${k} ${what}`
  return (
    <div id={id} role="group" aria-label={label} className="map-field">
      {rows.map(([k, v], i) => (
        <div key={i} className="map-row">
          <div className="map-key"><KeyInput kind={name} value={k} label={part(k, t('settings.mapKey'))} disabled={disabled} onChange={(x) => put(i, [x ?? '', v])} /></div>
          <div className="grow"><ValueInput kind={of} value={v} label={part(k, t('settings.mapValue'))} disabled={disabled} onChange={(x) => put(i, [k, x])} /></div>
          {!disabled && <Button type="text" icon={<DeleteOutlined />} aria-label={t('settings.removeNamed', { name: k })} onClick={() => change(rows.filter((_, j) => j !== i))} />}
        </div>
      ))}
      {!disabled && <Button size="small" icon={<PlusOutlined />} onClick={() => setRows([...rows, ['', undefined]])}>{t('settings.add')}</Button>}
    </div>
  )
}

function KeyInput({ kind, ...c }: { kind: MapKey } & Control<string>) {
  if (kind.kind === 'date') return <Day {...c} />
  if (kind.kind === 'ref') return <Ref {...c} source={kind.source} free={kind.source === 'skills'} />
  return <Input aria-label={c.label} disabled={c.disabled} value={c.value} maxLength={kind.kind === 'digit' ? 1 : undefined} className={kind.kind === 'digit' ? 'number' : undefined} onChange={(e) => c.onChange?.(e.target.value)} />
}

function ValueInput({ kind, value, label, disabled, onChange }: { kind: MapValue } & Control<unknown>) {
  const { t } = useTranslation()
  switch (kind.kind) {
    case 'number':
      return <InputNumber aria-label={label} min={kind.min} disabled={disabled} style={{ width: '100%' }} suffix={kind.unit && t(`settings.unit.${kind.unit}`)} value={value as number} onChange={(n) => onChange?.(n ?? undefined)} />
    case 'weekday':
      return <Select aria-label={label} disabled={disabled} style={{ width: '100%' }} value={value as string} options={weekdays.map((d) => ({ value: d, label: t(`settings.weekday.${d}`) }))} onChange={(d: string) => onChange?.(d)} />
    case 'target':
      return <TargetField label={label} disabled={disabled} value={value as Place} onChange={onChange} required />
    case 'ref':
      return <Ref label={label} disabled={disabled} value={value as string} onChange={onChange} source={kind.source} />
    default:
      return <Input aria-label={label} disabled={disabled} value={value as string} onChange={(e) => onChange?.(e.target.value)} />
  }
}

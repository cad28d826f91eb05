import { InputNumber, Select, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Control } from './kinds'

const sizes = { seconds: 1, minutes: 60, hours: 3600, days: 86400 } as const
type Unit = keyof typeof sizes

/** The largest unit in which a length is a whole number. */
export function unitOf(value: number | undefined, base: 'seconds' | 'minutes'): Unit {
  if (value === undefined || value === 0) return base
  const seconds = value * sizes[base]
  return (['days', 'hours', 'minutes'] as const).find((u) => sizes[u] >= sizes[base] && seconds % sizes[u] === 0) ?? base
}

/** A length of time, in the unit that reads best. */
export function Span({ id, value, onChange, disabled, label, base, standard }: Control<number> & { base: 'seconds' | 'minutes'; standard?: string }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<Unit>()
  const unit = chosen ?? unitOf(value, base)
  const factor = sizes[unit] / sizes[base]
  const units = (['seconds', 'minutes', 'hours', 'days'] as const).filter((u) => sizes[u] >= sizes[base])
  return (
    <Space.Compact block>
      <InputNumber
        id={id} min={0} style={{ width: '100%' }} disabled={disabled} placeholder={standard}
        value={value === undefined || value === null ? null : value / factor} onChange={(n) => onChange?.(n === null ? undefined : n * factor)}
      />
      <Select<Unit>
        aria-label={t('settings.unitOf', { name: label })} style={{ width: 92 }} disabled={disabled} value={unit}
        options={units.map((u) => ({ value: u, label: t(`settings.unit.${u}`) }))}
        onChange={(u) => {
          setChosen(u)
          if (value !== undefined && value !== null) onChange?.((value / factor) * (sizes[u] / sizes[base]))
        }}
      />
    </Space.Compact>
  )
}

/** Lengths in a row, such as the waits between attempts. */
export function Spans({ id, value = [], onChange, disabled, label }: Control<number[]>) {
  const { t } = useTranslation()
  const [text, setText] = useState<string[]>()
  return (
    <Select
      id={id} mode="tags" open={false} suffixIcon={null} disabled={disabled} aria-label={label} tokenSeparators={[',', '，', ' ']}
      placeholder={t('settings.spansHint')} value={text ?? value.map(String)}
      onChange={(v: string[]) => {
        const numbers = v.map(Number).filter((n) => Number.isFinite(n) && n >= 0)
        setText(numbers.map(String))
        onChange?.(numbers)
      }}
    />
  )
}

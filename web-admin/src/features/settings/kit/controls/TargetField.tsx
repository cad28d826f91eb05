import { Input, Select, Space } from 'antd'
import { useTranslation } from 'react-i18next'

import { type Source, targets } from '../field'
import type { Control } from './kinds'
import { Ref } from './Choose'

/** A place that calls are led to. */
export interface Place {
  kind: string
  name?: string
}

const sources: Record<string, Source> = {
  menu: 'flows', queue: 'queues', extension: 'numbers', voicemail: 'voicemail-boxes', conference: 'conference-rooms',
}

/** Where calls are led: what kind of place, and which. */
export function TargetField({ id, value, onChange, disabled, label, required }: Control<Place> & { required?: boolean }) {
  const { t } = useTranslation()
  const source = value && sources[value.kind]
  const which = t('settings.targetWhich', { name: label })
  return (
    <Space.Compact block>
      <Select<string>
        id={id} aria-label={label} style={{ width: source || value?.kind === 'external' ? '42%' : '100%' }} disabled={disabled} allowClear={!required} value={value?.kind || undefined}
        placeholder={t('settings.targetNone')} options={targets.map((k) => ({ value: k, label: t(`settings.target.${k}`) }))}
        onChange={(kind) => onChange?.(kind ? { kind, ...(kind !== 'hangup' && { name: '' }) } : undefined)}
      />
      {value && source && (
        <div style={{ width: '58%' }}>
          <Ref source={source} label={which} disabled={disabled} value={value.name} onChange={(name) => onChange?.({ ...value, name })} standard={which} />
        </div>
      )}
      {value?.kind === 'external' && (
        <Input aria-label={which} disabled={disabled} value={value.name} onChange={(e) => onChange?.({ ...value, name: e.target.value })} placeholder={t('settings.targetNumber')} />
      )}
    </Space.Compact>
  )
}

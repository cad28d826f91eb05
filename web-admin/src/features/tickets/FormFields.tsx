import { Form, Input, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '@/api/client'

type Type = Schemas['TicketType']

/** What a type of ticket asks for, as the box keeps it: texts by the field's id. */
export function FormFields({ type, when }: { type: Type | undefined; when: 'create' | 'edit' }) {
  const { t } = useTranslation()
  return (type?.fields ?? []).map((f) => {
    const required = when === 'create' && f.required === 'create'
    return (
      <Form.Item
        key={f.id} name={['form', f.id]} label={f.name} rules={[{ required, message: t('ui.required') }]}
        extra={f.required === 'resolve' ? t('tickets.atResolve') : f.required === 'close' ? t('tickets.atClose') : undefined}
        {...(f.kind === 'number' && { getValueFromEvent: (v: number | null) => (v === null ? '' : String(v)) })}
      >
        {f.kind === 'choice' ? <Select allowClear options={(f.choices ?? []).map((v) => ({ value: v, label: v }))} />
          : f.kind === 'number' ? <InputNumber style={{ width: '100%' }} />
            : f.kind === 'date' ? <Input type="date" />
              : <Input maxLength={4000} inputMode={f.kind === 'phone' ? 'tel' : undefined} />}
      </Form.Item>
    )
  })
}

/** Forms keep what is empty out of the ticket. */
export function filled(form?: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(form ?? {}).filter(([, v]) => v !== undefined && v !== null && v !== '').map(([k, v]) => [k, String(v)]))
}

import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'

/** Finds a customer by name, telephone or plate. */
export function CustomerSelect({ value, onChange, id }: { value?: string; onChange?: (id?: string) => void; id?: string }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const q = useDeferredValue(text.trim())
  const { data, isFetching } = useQuery({
    queryKey: ['customer-select', q], enabled: q.length > 1,
    queryFn: () => take(api.GET('/api/v1/customers/search', { params: { query: { q, limit: 20 } } })),
  })
  const known = useQuery({
    queryKey: ['customer', value], enabled: value !== undefined && value !== '',
    queryFn: () => take(api.GET('/api/v1/customers/{id}', { params: { path: { id: value! } } })),
  })
  const found = new Map((data?.items ?? []).flatMap((h) => (h.customer ? [[h.customer.id, h.customer] as const] : [])))
  if (known.data && !found.has(known.data.id)) found.set(known.data.id, known.data)
  const options = [...found.values()].map((c) => ({ value: c.id, label: [c.name, c.phones?.[0]?.number].filter(Boolean).join(' · ') }))
  return (
    <Select
      id={id} value={value} onChange={(v?: string) => onChange?.(v)} allowClear showSearch={{ filterOption: false, onSearch: setText }} options={options} loading={isFetching}
      placeholder={t('customers.find')} notFoundContent={q.length > 1 && !isFetching ? t('customers.none') : null}
    />
  )
}

import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'

/** Finds a ticket by its number, a plate, a telephone number or words. */
export function TicketSelect({ value, onChange, except, id }: { value?: string; onChange?: (id: string) => void; except: string; id?: string }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const q = useDeferredValue(text.trim())
  const { data, isFetching } = useQuery({
    queryKey: ['ticket-select', q], enabled: q.length > 1,
    queryFn: () => take(api.GET('/api/v1/tickets/search', { params: { query: { q, limit: 20 } } })),
  })
  const options = (data?.items ?? []).filter((k) => k.id !== except).map((k) => ({ value: k.id, label: `${k.number} ${k.subject} · ${t(`tickets.states.${k.state}`, k.state)}` }))
  return (
    <Select
      id={id} value={value} onChange={onChange} showSearch={{ filterOption: false, onSearch: setText }} options={options} loading={isFetching} placeholder={t('tickets.findTicket')}
      notFoundContent={q.length > 1 && !isFetching ? t('tickets.none') : null}
    />
  )
}

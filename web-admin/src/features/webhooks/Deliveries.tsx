import { useQuery } from '@tanstack/react-query'
import { App, Button, Segmented, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { moment } from '@/ui/format'
import { ErrorState, Nothing } from '@/ui/states'

type Delivery = Schemas['Delivery']

/** What hooks have not taken: what waits for its next attempt, and what was given up. */
export function Deliveries({ hooks }: { hooks: Schemas['Webhook'][] }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [state, setState] = useState<Delivery['state']>('failed')
  const { data, error, isPending, refetch } = useQuery({ queryKey: ['webhooks', 'deliveries', state], queryFn: () => take(api.GET('/api/v1/webhook-deliveries', { params: { query: { state } } })) })
  const resend = (d: Delivery) =>
    take(api.POST('/api/v1/webhook-deliveries/{id}/resend', { params: { path: { id: d.id } } })).then(
      () => { void message.success(t('webhooks.resent')); void refetch() },
      (e: Problem) => void message.error(e.message),
    )
  return (
    <section className="card" style={{ marginTop: 12 }} aria-label={t('webhooks.deliveries')}>
      <div className="filters">
        <h2 className="section-title grow">{t('webhooks.deliveries')}</h2>
        <Segmented<Delivery['state']> aria-label={t('settings.state')} value={state} onChange={setState} options={[{ value: 'failed', label: t('webhooks.failed') }, { value: 'waiting', label: t('webhooks.waiting') }]} />
        <Button onClick={() => void refetch()}>{t('users.reload')}</Button>
      </div>
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : (
        <div className="table-wrap">
          <Table<Delivery>
            size="small" rowKey="id" dataSource={data?.items} loading={isPending} pagination={false} scroll={{ x: 'max-content' }} locale={{ emptyText: <Nothing text={t(state === 'failed' ? 'webhooks.noneFailed' : 'webhooks.noneWaiting')} /> }}
            columns={[
              { title: t('webhooks.at'), render: (_, d) => <span className="number">{moment(d.at)}</span> },
              { title: t('webhooks.hook'), render: (_, d) => hooks.find((h) => h.id === d.hook)?.name ?? d.hook },
              { title: t('webhooks.what'), render: (_, d) => t(`webhooks.event.${d.event}`, d.event) },
              { title: t('webhooks.attempts'), dataIndex: 'attempts' },
              { title: t('webhooks.answer'), render: (_, d) => [d.last_status || '', d.last_error].filter(Boolean).join(' ') },
              { title: t('webhooks.next'), render: (_, d) => (d.state === 'waiting' ? <span className="number">{moment(d.next_attempt_at)}</span> : '') },
              { title: <span className="sr-only">{t('settings.actions')}</span>, align: 'end', render: (_, d) => <Button size="small" onClick={() => void resend(d)}>{t('webhooks.resend')}</Button> },
            ]}
          />
        </div>
      )}
    </section>
  )
}

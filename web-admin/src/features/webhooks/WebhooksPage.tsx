import { PlusOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button, Table, Tag } from 'antd'
import { useTranslation } from 'react-i18next'

import '@/features/settings/settings.css'
import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { SettingsHeader } from '@/features/settings/pages/SettingsHeader'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import { Deliveries } from './Deliveries'

type Webhook = Schemas['Webhook']

/** Programs that are told what happens, and what they have not taken yet. */
export default function WebhooksPage() {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({ queryKey: ['webhooks', 'list'], queryFn: () => take(api.GET('/api/v1/webhooks')) })
  const remove = (h: Webhook) =>
    modal.confirm({
      title: t('settings.deleteTitle', { name: h.name }), content: t('webhooks.deleteText'), okText: t('settings.delete'), cancelText: t('settings.cancel'), okButtonProps: { danger: true },
      onOk: () => take(api.DELETE('/api/v1/webhooks/{id}', { params: { path: { id: h.id } } })).then(() => void client.invalidateQueries({ queryKey: ['webhooks'] }), (e: Problem) => void message.error(e.message)),
    })
  const fresh = <Link to="/settings/$kind/edit" params={{ kind: 'webhooks' }}><Button type="primary" icon={<PlusOutlined />} tabIndex={-1}>{t('settings.new')}</Button></Link>
  if (error) return <ErrorState error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <>
      <SettingsHeader kind="webhooks">{fresh}</SettingsHeader>
      <div className="card table-wrap" role="region" aria-label={t('settings.kinds.webhooks.title')} tabIndex={0}>
        <Table<Webhook>
          size="small" rowKey="id" dataSource={data.items} pagination={false} scroll={{ x: 'max-content' }} locale={{ emptyText: <Nothing text={t('webhooks.none')}>{fresh}</Nothing> }}
          columns={[
            { title: t('settings.name'), render: (_, h) => <Link to="/settings/$kind/edit" params={{ kind: 'webhooks' }} search={{ id: h.id }}>{h.name}</Link> },
            { title: t('settingsFields.WebhookFields.url.label'), render: (_, h) => <span className="breaks">{h.url}</span> },
            { title: t('settingsFields.WebhookFields.events.label'), render: (_, h) => h.events.map((e) => <Tag key={e}>{t(`webhooks.event.${e}`, e)}</Tag>) },
            { title: t('settings.state'), render: (_, h) => <span className={`led ${h.enabled ? 'good' : 'off'}`}>{t(h.enabled ? 'webhooks.on' : 'webhooks.off')}</span> },
            { title: <span className="sr-only">{t('settings.actions')}</span>, align: 'end', render: (_, h) => <Button size="small" danger onClick={() => remove(h)}>{t('settings.delete')}</Button> },
          ]}
        />
      </div>
      <Deliveries hooks={data.items} />
    </>
  )
}

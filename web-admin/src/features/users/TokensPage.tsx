import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { App, Button, Table, Tag } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import '@/features/settings/settings.css'
import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { SecretOnce } from '@/features/settings/pages/SecretOnce'
import { SettingsHeader } from '@/features/settings/pages/SettingsHeader'
import { moment } from '@/ui/format'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import { NewToken } from './NewToken'
import { useUserNames } from './users'

type Token = Schemas['Token']

/** What lets other programs in, on behalf of whom, and for what. */
export default function TokensPage() {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const nameOf = useUserNames()
  const [making, setMaking] = useState(false)
  const [secret, setSecret] = useState<string>()
  const { data, error, refetch } = useQuery({ queryKey: ['users', 'tokens'], queryFn: () => take(api.GET('/api/v1/tokens')) })
  const withdraw = (k: Token) =>
    modal.confirm({
      title: t('users.withdrawTitle', { name: k.name }), content: t('users.withdrawText'), okText: t('users.withdraw'), cancelText: t('settings.cancel'), okButtonProps: { danger: true },
      onOk: () => take(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: k.id } } })).then(() => void refetch(), (e: Problem) => void message.error(e.message)),
    })
  const fresh = <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>{t('settings.new')}</Button>
  return (
    <>
      <SettingsHeader kind="tokens">{fresh}</SettingsHeader>
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : !data ? <Loading /> : (
        <div className="card table-wrap" role="region" aria-label={t('settings.kinds.tokens.title')} tabIndex={0}>
          <Table<Token>
            size="small" rowKey="id" dataSource={data.items} pagination={data.items.length > 50 ? { pageSize: 50 } : false} scroll={{ x: 'max-content' }}
            locale={{ emptyText: <Nothing text={t('users.noTokens')}>{fresh}</Nothing> }}
            columns={[
              { title: t('users.tokenName'), dataIndex: 'name' },
              { title: t('users.onBehalf'), render: (_, k) => nameOf(k.user) },
              { title: t('users.scopes'), width: 420, render: (_, k) => <div style={{ maxWidth: 420, whiteSpace: 'normal' }}>{k.scopes.map((s) => <Tag key={s} title={s}>{t(`users.may.${s}`, s)}</Tag>)}</div> },
              { title: t('users.expires'), render: (_, k) => <span className="number">{k.expires ? moment(k.expires) : t('users.never')}</span> },
              { title: t('users.lastUsed'), render: (_, k) => <span className="number">{k.last_used ? moment(k.last_used) : t('users.notYet')}</span> },
              { title: <span className="sr-only">{t('settings.actions')}</span>, align: 'end', render: (_, k) => <Button size="small" danger onClick={() => withdraw(k)}>{t('users.withdraw')}</Button> },
            ]}
          />
        </div>
      )}
      {making && <NewToken onClose={() => setMaking(false)} onMade={(s) => { setMaking(false); setSecret(s); void refetch() }} />}
      {secret !== undefined && <SecretOnce secret={secret} onClose={() => setSecret(undefined)} />}
    </>
  )
}

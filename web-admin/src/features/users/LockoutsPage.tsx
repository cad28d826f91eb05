import { useQuery } from '@tanstack/react-query'
import { App, Button, Table } from 'antd'
import { useTranslation } from 'react-i18next'

import '@/features/settings/settings.css'
import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { SettingsHeader } from '@/features/settings/pages/SettingsHeader'
import { moment } from '@/ui/format'
import { ErrorState, Loading, Nothing } from '@/ui/states'

type Lockout = Schemas['LockoutInfo']

/** Logins that were tried too often, and the way to let them in again. */
export default function LockoutsPage() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { data, error, refetch } = useQuery({ queryKey: ['users', 'lockouts'], queryFn: () => take(api.GET('/api/v1/lockouts')) })
  const lift = (l: Lockout) =>
    take(api.DELETE('/api/v1/lockouts/{id}', { params: { path: { id: l.login } } })).then(
      () => { void message.success(t('users.lifted', { name: l.login })); void refetch() },
      (e: Problem) => void message.error(e.message),
    )
  return (
    <>
      <SettingsHeader kind="lockouts"><Button onClick={() => void refetch()}>{t('users.reload')}</Button></SettingsHeader>
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : !data ? <Loading /> : (
        <div className="card table-wrap" role="region" aria-label={t('settings.kinds.lockouts.title')} tabIndex={0}>
          <Table<Lockout>
            size="small" rowKey={(l) => l.login + l.source} dataSource={data.items} pagination={false} scroll={{ x: 'max-content' }} locale={{ emptyText: <Nothing text={t('users.noLockouts')} /> }}
            columns={[
              { title: t('settingsFields.UserFields.login.label'), dataIndex: 'login' },
              { title: t('users.address'), dataIndex: 'source' },
              { title: t('users.until'), render: (_, l) => <span className="number">{moment(l.until)}</span> },
              { title: <span className="sr-only">{t('settings.actions')}</span>, align: 'end', render: (_, l) => <Button size="small" onClick={() => void lift(l)}>{t('users.lift')}</Button> },
            ]}
          />
        </div>
      )}
    </>
  )
}

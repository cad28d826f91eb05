import { PlusOutlined } from '@ant-design/icons'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Input, Tag } from 'antd'
import { useTranslation } from 'react-i18next'

import '@/features/settings/settings.css'
import { api, type Schemas, take } from '@/api/client'
import { SettingsHeader } from '@/features/settings/pages/SettingsHeader'
import { DataTable } from '@/ui/DataTable'
import { FilterSelect } from '@/ui/FilterSelect'
import { Nothing } from '@/ui/states'

type User = Schemas['User']
const route = getRouteApi('/settings/users')
const roles = ['admin', 'supervisor', 'agent', 'advisor', 'qa', 'viewer', 'installer', 'headquarters']

/** Who may sign in, and as what. */
export default function UsersPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const go = route.useNavigate()
  const filter = (next: object) => void go({ search: { ...search, cursor: undefined, ...next }, replace: true })
  return (
    <>
      <SettingsHeader kind="users">
        <Link to="/settings/$kind/edit" params={{ kind: 'users' }}><Button type="primary" icon={<PlusOutlined />} tabIndex={-1}>{t('settings.new')}</Button></Link>
      </SettingsHeader>
      <div className="filters">
        <Input.Search allowClear defaultValue={search.q} placeholder={t('users.find')} aria-label={t('users.find')} style={{ width: 260 }} onSearch={(q) => filter({ q: q || undefined })} />
        <FilterSelect label={t('users.roleOf')} value={search.role} width={150} options={roles.map((r) => ({ value: r, label: t(`users.role.${r}`) }))} onChange={(role) => filter({ role })} />
      </div>
      <DataTable<User>
        label={t('settings.kinds.users.title')} rowKey={(u) => u.id} cursor={search.cursor} onCursor={(cursor) => void go({ search: { ...search, cursor } })}
        query={{ queryKey: ['users', 'list', search], queryFn: () => take(api.GET('/api/v1/users', { params: { query: { ...search, limit: 50 } as object } })) }}
        empty={<Nothing text={t('users.none')} />}
        columns={[
          { title: t('settingsFields.UserFields.login.label'), render: (_, u) => <Link to="/settings/$kind/edit" params={{ kind: 'users' }} search={{ id: u.id }}>{u.login}</Link> },
          { title: t('settingsFields.UserFields.name.label'), dataIndex: 'name' },
          { title: t('users.roleOf'), render: (_, u) => t(`users.role.${u.role}`) },
          { title: t('settingsFields.UserFields.agent.label'), dataIndex: 'agent' },
          { title: t('settingsFields.UserFields.extension.label'), dataIndex: 'extension' },
          {
            title: t('settings.state'),
            render: (_, u) => (
              <>
                {u.disabled && <span className="led bad">{t('users.disabled')}</span>}
                {u.totp && <Tag>{t('users.totp')}</Tag>}
                {u.must_change && <Tag>{t('users.mustChange')}</Tag>}
              </>
            ),
          },
        ]}
      />
    </>
  )
}

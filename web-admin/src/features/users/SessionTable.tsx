import { App, Button, Table, Tag } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { moment } from '@/ui/format'
import { Nothing } from '@/ui/states'

type Session = Schemas['SessionInfo']

/** Where people are signed in, and the way to end that. */
export function SessionTable({ items, nameOf, onEnded }: { items: Session[]; nameOf?: (user: string) => string; onEnded: () => unknown }) {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const end = (s: Session) =>
    modal.confirm({
      title: t('users.endTitle', { name: nameOf?.(s.user) ?? s.address }), content: s.client, okText: t('users.end'), cancelText: t('settings.cancel'), okButtonProps: { danger: true },
      onOk: () => take(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id: s.id } } })).then(onEnded, (e: Problem) => void message.error(e.message)),
    })
  return (
    <div className="table-wrap" role="region" aria-label={t('users.sessions')} tabIndex={0}>
      <Table<Session>
        size="small" rowKey="id" dataSource={items} pagination={items.length > 50 ? { pageSize: 50 } : false} scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Nothing text={t('users.noSessions')} /> }}
        columns={[
          ...(nameOf ? [{ title: t('users.user'), render: (_: unknown, s: Session) => nameOf(s.user) }] : []),
          { title: t('users.address'), render: (_, s) => <><span className="number">{s.address}</span> {s.current && <Tag>{t('users.here')}</Tag>}</> },
          { title: t('users.client'), render: (_, s) => <span title={s.client}>{browserOf(s.client)}</span> },
          { title: t('users.since'), render: (_, s) => <span className="number">{moment(s.created)}</span> },
          { title: t('users.seen'), render: (_, s) => <span className="number">{moment(s.seen)}</span> },
          { title: <span className="sr-only">{t('settings.actions')}</span>, align: 'end', render: (_, s) => !s.current && <Button size="small" onClick={() => end(s)}>{t('users.end')}</Button> },
        ]}
      />
    </div>
  )
}

/** The browser of a user agent's text, in a word. */
export function browserOf(client: string): string {
  const known = [/Edg\/([\d]+)/, /Firefox\/([\d]+)/, /Chrome\/([\d]+)/, /Version\/([\d]+).*Safari/]
  const names = ['Edge', 'Firefox', 'Chrome', 'Safari']
  for (const [i, k] of known.entries()) {
    const m = k.exec(client)
    if (m) return `${names[i]} ${m[1]}`
  }
  return client.slice(0, 40)
}

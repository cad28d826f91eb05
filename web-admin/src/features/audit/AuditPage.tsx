import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button, DatePicker, Select, Table, Tag } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'

import '@/features/settings/settings.css'
import { api, type Schemas, take } from '@/api/client'
import { useSession } from '@/app/session'
import { SettingsHeader } from '@/features/settings/pages/SettingsHeader'
import { useUserNames, usersQuery } from '@/features/users/users'
import { moment } from '@/ui/format'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import { subjects } from './subjects'

type Entry = Schemas['AuditEntry']
const route = getRouteApi('/settings/audit')

/** Who did what, newest first. Nobody can change it. */
export default function AuditPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const search = route.useSearch()
  const go = route.useNavigate()
  const users = useQuery({ ...usersQuery, enabled: may('users.manage') })
  const nameOf = useUserNames(may('users.manage'))
  const filter = (next: object) => void go({ search: { ...search, cursor: undefined, ...next } })
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['audit', search], staleTime: 0,
    queryFn: () => take(api.GET('/api/v1/audit', { params: { query: { ...search, from: search.from && dayjs(search.from).startOf('day').toISOString(), to: search.to && dayjs(search.to).endOf('day').toISOString(), limit: 50 } } })),
  })
  const who = (e: Entry) => (e.who === 'box' ? t('audit.box') : nameOf(e.who))
  return (
    <>
      <SettingsHeader kind="audit" />
      <div className="filters">
        <Select allowClear showSearch={{ optionFilterProp: 'label' }} style={{ width: 180 }} placeholder={t('audit.who')} aria-label={t('audit.who')} value={search.who} onChange={(v?: string) => filter({ who: v })}
          options={[{ value: 'box', label: t('audit.box') }, ...(users.data ?? []).map((u) => ({ value: u.id, label: u.name || u.login }))]} />
        <Select allowClear showSearch={{ optionFilterProp: 'label' }} style={{ width: 180 }} placeholder={t('audit.subject')} aria-label={t('audit.subject')} value={search.subject} onChange={(v?: string) => filter({ subject: v, id: undefined })}
          options={subjects.map((s) => ({ value: s, label: t(`audit.subjects.${s}`) }))} />
        <DatePicker.RangePicker
          aria-label={t('audit.days')} allowEmpty={[true, true]} value={[search.from ? dayjs(search.from) : null, search.to ? dayjs(search.to) : null]}
          onChange={(d) => filter({ from: d?.[0]?.format('YYYY-MM-DD'), to: d?.[1]?.format('YYYY-MM-DD') })}
        />
        {search.id && <Tag closable onClose={() => filter({ id: undefined })}>{search.id}</Tag>}
      </div>
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : isPending ? <Loading /> : (
        <div className="card">
          <div className="table-wrap" role="region" aria-label={t('settings.kinds.audit.title')} tabIndex={0}>
            <Table<Entry>
              size="small" rowKey="seq" dataSource={data.items} pagination={false} scroll={{ x: 'max-content' }} locale={{ emptyText: <Nothing text={t('audit.none')} /> }}
              expandable={{ rowExpandable: (e) => e.fields.length > 0 || Object.keys(e.detail).length > 0, expandedRowRender: (e) => <Details entry={e} /> }}
              columns={[
                { title: t('audit.at'), render: (_, e) => <span className="number">{moment(e.at)}</span> },
                { title: t('audit.who'), render: (_, e) => <>{who(e)} {e.via !== '' && e.via !== 'console' && <Tag>{e.via.split(' ')[0]}</Tag>}</> },
                { title: t('audit.what'), render: (_, e) => t(`audit.did.${e.what}`) },
                { title: t('audit.subject'), render: (_, e) => t(`audit.subjects.${e.subject}`, e.subject) },
                { title: t('audit.which'), render: (_, e) => e.id && <Button type="link" size="small" title={e.id} onClick={() => filter({ subject: e.subject, id: e.id })}>{e.id.length > 22 ? '…' + e.id.slice(-12) : e.id}</Button> },
                { title: t('audit.action'), dataIndex: 'action' },
                { title: t('users.address'), render: (_, e) => <span className="number">{e.address}</span> },
              ]}
            />
          </div>
          {(search.cursor || data.next_cursor) && (
            <div className="pager">
              {search.cursor && <Button onClick={() => void go({ search: { ...search, cursor: undefined } })}>{t('ui.first')}</Button>}
              {search.cursor && <Button onClick={() => window.history.back()}>{t('ui.previous')}</Button>}
              <Button disabled={!data.next_cursor} onClick={() => void go({ search: { ...search, cursor: data.next_cursor } })}>{t('ui.next')}</Button>
            </div>
          )}
        </div>
      )}
    </>
  )
}

/** A value of any shape, as plain text. */
function plain(v: unknown): string {
  if (v === undefined || v === null) return ''
  if (Array.isArray(v)) return v.map(plain).join('、')
  if (typeof v === 'object') return Object.entries(v).map(([k, x]) => `${k} ${plain(x)}`).join('，')
  return String(v)
}

function Details({ entry: e }: { entry: Entry }) {
  const { t } = useTranslation()
  return (
    <ul className="rows">
      {e.fields.map((f) => (
        <li key={f.name}>
          <b>{f.name}</b>
          {f.hidden ? <span className="faint">{t('audit.hidden')}</span> : <><del className="diff-old">{plain(f.from)}</del> → <ins className="diff-new">{plain(f.to)}</ins></>}
        </li>
      ))}
      {Object.entries(e.detail).map(([k, v]) => <li key={k}><b>{k}</b> {v}</li>)}
    </ul>
  )
}

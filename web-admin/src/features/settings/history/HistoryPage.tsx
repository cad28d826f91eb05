import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import '../settings.css'
import { api, type Schemas, take } from '@/api/client'
import { useSession } from '@/app/session'
import { DataTable } from '@/ui/DataTable'
import { moment } from '@/ui/format'
import { Nothing } from '@/ui/states'
import { SettingsHeader } from '../pages/SettingsHeader'
import { Comparison } from './Comparison'
import { Restore } from './Restore'

type Version = Schemas['SettingsVersion']
const route = getRouteApi('/settings/history')

/** Every change of the settings: what differs between any two versions, and the way back to one. */
export default function HistoryPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const search = route.useSearch()
  const go = route.useNavigate()
  const [restoring, setRestoring] = useState<number>()
  const latest = useQuery({ queryKey: ['settings', 'versions', 'latest'], queryFn: () => take(api.GET('/api/v1/settings/versions', { params: { query: { limit: 1 } } })) })
  const current = latest.data?.items[0]?.version
  const [a, b] = [Number(search.a) || undefined, Number(search.b) || undefined]
  const pick = (v: number) => {
    // The two that are compared are the last two that were picked.
    const kept = [a, b].filter((x): x is number => x !== undefined && x !== v)
    const two = ([a, b].includes(v) ? kept : [...kept.slice(-1), v]).sort((x, y) => x - y)
    void go({ search: { ...search, a: two[0] === undefined ? undefined : String(two[0]), b: two[1] === undefined ? undefined : String(two[1]) }, replace: true })
  }
  return (
    <>
      <SettingsHeader kind="history">
        {may('settings.write') && current !== undefined && current > 1 && <Button onClick={() => setRestoring(current - 1)}>{t('history.undo')}</Button>}
      </SettingsHeader>
      {a !== undefined && b !== undefined && <Comparison from={a} to={b} onClose={() => void go({ search: { ...search, a: undefined, b: undefined }, replace: true })} />}
      {a !== undefined && b === undefined && <p className="faint" role="status">{t('history.pickOther', { n: a })}</p>}
      <DataTable<Version>
        label={t('settings.kinds.history.title')} rowKey={(v) => String(v.version)} cursor={search.cursor} onCursor={(cursor) => void go({ search: { ...search, cursor } })}
        query={{ queryKey: ['settings', 'versions', search.cursor ?? ''], queryFn: () => take(api.GET('/api/v1/settings/versions', { params: { query: { cursor: search.cursor, limit: 50 } } })) }}
        empty={<Nothing text={t('history.none')} />}
        columns={[
          { title: t('history.version'), render: (_, v) => <><span className="number">{v.version}</span> {v.current && <span className="led good">{t('history.current')}</span>}</> },
          { title: t('history.at'), render: (_, v) => <span className="number">{moment(v.at)}</span> },
          { title: t('history.by'), dataIndex: 'by' },
          {
            title: t('history.differs'),
            render: (_, v) => v.version > 1 && <Link to="/settings/history" search={{ ...search, a: String(v.version - 1), b: String(v.version) }}>{t('history.withBefore')}</Link>,
          },
          {
            title: <span className="sr-only">{t('settings.actions')}</span>, align: 'end',
            render: (_, v) => (
              <span className="row-tools">
                <Button size="small" type={[a, b].includes(v.version) ? 'primary' : 'default'} aria-pressed={[a, b].includes(v.version)} onClick={() => pick(v.version)}>{t('history.compare')}<span className="sr-only"> {v.version}</span></Button>
                {may('settings.write') && !v.current && <Button size="small" onClick={() => setRestoring(v.version)}>{t('history.restore')}<span className="sr-only"> {v.version}</span></Button>}
              </span>
            ),
          },
        ]}
      />
      {restoring !== undefined && <Restore version={restoring} onClose={() => setRestoring(undefined)} />}
    </>
  )
}

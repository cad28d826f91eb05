import { UploadOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'

import '@/features/settings/settings.css'
import { api, type Schemas, take } from '@/api/client'
import { useNews } from '@/app/live'
import { useSession } from '@/app/session'
import { DataTable } from '@/ui/DataTable'
import { moment } from '@/ui/format'
import { PageHeader } from '@/ui/PageHeader'
import { Nothing } from '@/ui/states'
import { Exports } from './Exports'
import { ImportState } from './ImportState'
import { UploadList } from './UploadList'

type Import = Schemas['Import']
const route = getRouteApi('/imports')

/** The lists that were brought in, newest first. */
export default function ImportsPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const search = route.useSearch()
  const go = route.useNavigate()
  const client = useQueryClient()
  const [uploading, setUploading] = useState(false)
  useNews('record', useCallback((r: Schemas['RecordChanged']) => { if (r.table === 'import') void client.invalidateQueries({ queryKey: ['imports'] }) }, [client]))
  const fresh = <Button type="primary" icon={<UploadOutlined />} onClick={() => setUploading(true)}>{t('imports.upload')}</Button>
  return (
    <>
      <PageHeader title={t('imports.title')}>
        <span className="grow" />
        {may('exports.run') && <Exports />}
        {fresh}
      </PageHeader>
      <p className="faint about">{t('imports.about')}</p>
      <DataTable<Import>
        label={t('imports.title')} rowKey={(i) => i.id} cursor={search.cursor} onCursor={(cursor) => void go({ search: { cursor } })}
        query={{ queryKey: ['imports', 'list', search.cursor ?? ''], queryFn: () => take(api.GET('/api/v1/imports', { params: { query: { cursor: search.cursor, limit: 50 } } })) }}
        empty={<Nothing text={t('imports.none')}>{fresh}</Nothing>}
        columns={[
          { title: t('imports.file'), render: (_, i) => <Link to="/imports/$id" params={{ id: i.id }}>{i.file || i.id}</Link> },
          { title: t('imports.kind'), render: (_, i) => t(`imports.kinds.${i.kind}`) },
          { title: t('settings.state'), render: (_, i) => <ImportState state={i.state} /> },
          { title: t('imports.rows'), render: (_, i) => <span className="number">{i.rows}</span> },
          { title: t('imports.created'), render: (_, i) => <span className="number">{i.created}</span> },
          { title: t('imports.changed'), render: (_, i) => <span className="number">{i.changed}</span> },
          { title: t('imports.refused'), render: (_, i) => <span className="number">{i.refused}</span> },
          { title: t('imports.at'), render: (_, i) => <span className="number">{moment(i.created_at)}</span> },
        ]}
      />
      {uploading && <UploadList onClose={() => setUploading(false)} onDone={(i) => void go({ to: '/imports/$id', params: { id: i.id } })} />}
    </>
  )
}

import { UploadOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, Button, Input, Segmented, Table, Tag } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import '@/features/settings/settings.css'
import { useSession } from '@/app/session'
import { currentQuery } from '@/features/settings/history/versions'
import { promptsQuery } from '@/features/settings/kit/options'
import { SettingsHeader } from '@/features/settings/pages/SettingsHeader'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import { PromptCell } from './PromptCell'
import { UploadPrompt } from './UploadPrompt'
import { type PromptRow, rowsOf, usedPrompts } from './used'

const route = getRouteApi('/settings/prompts')
const languages = ['zh-CN', 'en'] as const

/** What the box speaks: heard, replaced, put back, and what is missing. */
export default function PromptsPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const client = useQueryClient()
  const { q = '', show = 'all' } = route.useSearch()
  const go = route.useNavigate()
  const list = useQuery(promptsQuery)
  const settings = useQuery(currentQuery)
  const [uploading, setUploading] = useState<{ id?: string; language?: string }>()
  const rows = useMemo(
    () => (list.data && settings.data ? rowsOf(list.data, usedPrompts(settings.data.document), settings.data.document.prompt_numbers ?? {}, languages) : undefined),
    [list.data, settings.data],
  )
  const filter = (next: object) => void go({ search: (s) => ({ ...s, ...next }), replace: true })
  const error = list.error ?? settings.error
  if (error) return <ErrorState error={error} retry={() => void Promise.all([list.refetch(), settings.refetch()])} />
  if (!rows) return <Loading />
  const found = rows.filter((r) => r.id.includes(q.toLowerCase()) && (show === 'missing' ? r.missing.length > 0 : show === 'own' ? languages.some((l) => r.by[l]?.own) : true))
  const wanted = rows.filter((r) => r.used.length > 0 && r.missing.length > 0).length
  const again = () => client.invalidateQueries({ queryKey: ['prompts'] })
  return (
    <>
      <SettingsHeader kind="prompts">
        {may('settings.write') && <Button type="primary" icon={<UploadOutlined />} onClick={() => setUploading({})}>{t('prompts.upload')}</Button>}
      </SettingsHeader>
      <Alert type="info" showIcon style={{ marginBottom: 12 }} title={t('prompts.byPhone')} description={<Link to="/settings/$kind" params={{ kind: 'prompt-numbers' }}>{t('prompts.numbers')}</Link>} />
      <div className="filters">
        <Input.Search allowClear defaultValue={q} placeholder={t('prompts.find')} aria-label={t('prompts.find')} style={{ width: 240 }} onChange={(e) => filter({ q: e.target.value || undefined })} />
        <Segmented
          aria-label={t('prompts.show')} value={show} onChange={(v) => filter({ show: v === 'all' ? undefined : v })}
          options={[{ value: 'all', label: t('prompts.all', { n: rows.length }) }, { value: 'own', label: t('prompts.own') }, { value: 'missing', label: t('prompts.missing', { n: rows.filter((r) => r.missing.length > 0).length }) }]}
        />
        {wanted > 0 && <span className="led warn">{t('prompts.wanted', { n: wanted })}</span>}
      </div>
      <div className="card table-wrap" role="region" aria-label={t('settings.kinds.prompts.title')} tabIndex={0}>
        <Table<PromptRow>
          size="small" rowKey="id" dataSource={found} pagination={found.length > 50 ? { pageSize: 50, showSizeChanger: false } : false} scroll={{ x: 'max-content' }} locale={{ emptyText: <Nothing text={t('settings.nothingFound')} /> }}
          columns={[
            { title: t('prompts.id'), dataIndex: 'id' },
            { title: '*77', render: (_, r) => <span className="number">{r.number}</span> },
            ...languages.map((l) => ({
              title: t(`settings.language.${l}`),
              render: (_: unknown, r: PromptRow) => <PromptCell row={r} language={l} onUpload={() => setUploading({ id: r.id, language: l })} onChanged={again} />,
            })),
            { title: t('prompts.usedIn'), render: (_, r) => r.used.slice(0, 3).map((u) => <Tag key={u}>{u}</Tag>) },
          ]}
        />
      </div>
      {uploading && <UploadPrompt {...uploading} onClose={() => setUploading(undefined)} onDone={() => { setUploading(undefined); void again() }} />}
    </>
  )
}

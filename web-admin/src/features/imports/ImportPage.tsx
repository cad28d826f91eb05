import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, App, Breadcrumb, Button, Steps } from 'antd'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'

import '@/features/settings/settings.css'
import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { useNews } from '@/app/live'
import { PageHeader } from '@/ui/PageHeader'
import { ErrorState, Loading } from '@/ui/states'
import { Counts } from './Counts'
import { ImportState } from './ImportState'
import { Mapping } from './Mapping'

type Import = Schemas['Import']
type Verb = 'check' | 'start' | 'cancel' | 'undo'
const route = getRouteApi('/imports/$id')

const stage: Record<string, number> = { uploaded: 0, checking: 1, checked: 1, running: 2, done: 3, failed: 3, cancelled: 3, undoing: 3, undone: 3 }
const working = new Set(['checking', 'running', 'undoing'])

/** One list on its way into the box: what its columns mean, the dry run, the import, and the way back. */
export default function ImportPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const go = route.useNavigate()
  const client = useQueryClient()
  const { message, modal } = App.useApp()
  const [busy, setBusy] = useState(false)
  const key = ['imports', 'one', id]
  const { data: job, error, refetch } = useQuery({ queryKey: key, queryFn: () => take(api.GET('/api/v1/imports/{id}', { params: { path: { id } } })), staleTime: 0 })
  useNews('record', useCallback((r: Schemas['RecordChanged']) => { if (r.table === 'import' && (r.id === id || r.id === '')) void refetch() }, [id, refetch]))
  if (error) return <ErrorState error={error} retry={() => void refetch()} />
  if (!job) return <Loading />
  const run = async (ask: () => Promise<Import>) => {
    setBusy(true)
    try {
      client.setQueryData(key, await ask())
      void refetch() // it may have ended before the answer came
    } catch (e) {
      void message.error((e as Problem).message)
      void refetch()
    } finally {
      setBusy(false)
    }
  }
  const path = { params: { path: { id } } }
  const calls: Record<Verb, () => Promise<Import>> = {
    check: () => take(api.POST('/api/v1/imports/{id}/check', path)), start: () => take(api.POST('/api/v1/imports/{id}/start', path)),
    cancel: () => take(api.POST('/api/v1/imports/{id}/cancel', path)), undo: () => take(api.POST('/api/v1/imports/{id}/undo', path)),
  }
  const sure = (verb: Verb) =>
    modal.confirm({ title: t(`imports.sure.${verb}`, { name: job.file }), content: t(`imports.sureText.${verb}`), okText: t(`imports.do.${verb}`), cancelText: t('settings.cancel'), okButtonProps: { danger: verb !== 'start' }, onOk: () => run(calls[verb]) })
  const forget = () =>
    modal.confirm({
      title: t('settings.deleteTitle', { name: job.file }), content: t('imports.forgetText'), okText: t('settings.delete'), cancelText: t('settings.cancel'), okButtonProps: { danger: true },
      onOk: () => take(api.DELETE('/api/v1/imports/{id}', path)).then(() => void go({ to: '/imports' }), (e: Problem) => void message.error(e.message)),
    })
  const may = (...states: string[]) => states.includes(job.state)
  return (
    <>
      <Breadcrumb items={[{ title: <Link to="/imports">{t('imports.title')}</Link> }, { title: job.file }]} />
      <PageHeader title={job.file || job.id}>
        <ImportState state={job.state} />
        <span className="grow" />
        {may('uploaded', 'checked') && <Button loading={busy} onClick={() => void run(calls.check)}>{t('imports.do.check')}</Button>}
        {may('uploaded', 'checked') && <Button type="primary" loading={busy} onClick={() => sure('start')}>{t('imports.do.start')}</Button>}
        {working.has(job.state) && job.state !== 'undoing' && <Button onClick={() => sure('cancel')}>{t('imports.do.cancel')}</Button>}
        {may('done', 'cancelled', 'failed') && <Button danger loading={busy} onClick={() => sure('undo')}>{t('imports.do.undo')}</Button>}
        {!working.has(job.state) && <Button onClick={forget}>{t('settings.delete')}</Button>}
      </PageHeader>
      <div className="card" style={{ marginBottom: 12 }}>
        <Steps
          size="small" current={stage[job.state] ?? 0} status={job.state === 'failed' ? 'error' : job.state === 'done' ? 'finish' : 'process'}
          items={['map', 'check', 'run', 'end'].map((s) => ({ title: t(`imports.steps.${s}`) }))}
        />
      </div>
      {job.fault && <Alert type="error" showIcon title={t(`imports.faults.${job.fault}`, job.fault)} style={{ marginBottom: 12 }} />}
      {!may('uploaded') && <Counts job={job} working={working.has(job.state)} />}
      {may('uploaded', 'checked') && <Mapping key={job.id} job={job} onMapped={(i) => client.setQueryData(key, i)} />}
    </>
  )
}

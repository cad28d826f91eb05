import { DownloadOutlined } from '@ant-design/icons'
import { Button, Progress } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '@/api/client'

/** What an import has done so far, or would do, and the rows that it leaves out. */
export function Counts({ job, working }: { job: Schemas['Import']; working: boolean }) {
  const { t } = useTranslation()
  const dry = ['checking', 'checked'].includes(job.state)
  const back = ['undoing', 'undone'].includes(job.state)
  const tiles: [string, number, string][] = [
    ['read', job.read, ''], [dry ? 'wouldCreate' : 'created', job.created, ''], [dry ? 'wouldChange' : 'changed', job.changed, ''], ['unchanged', job.unchanged, ''],
    ['refused', job.refused, job.refused > 0 ? 'warn' : ''],
    ...(back ? ([['undone', job.undone ?? 0, ''], ['kept', job.kept ?? 0, '']] as [string, number, string][]) : []),
  ]
  const share = job.rows > 0 ? Math.min(100, Math.round((job.read / job.rows) * 100)) : 0
  return (
    <section aria-label={t('imports.counts')}>
      {working && <Progress percent={share} status="active" aria-label={t('imports.progress')} />}
      <div className="tiles">{tiles.map(([k, n, tone]) => <div key={k} className={`tile ${tone}`}><small>{t(`imports.${k}`)}</small><b>{n}</b></div>)}</div>
      {job.refused > 0 && !working && (
        <p>
          <Button icon={<DownloadOutlined />} href={`/api/v1/imports/${encodeURIComponent(job.id)}/errors`}>{t('imports.errors', { n: job.refused })}</Button>
        </p>
      )}
    </section>
  )
}

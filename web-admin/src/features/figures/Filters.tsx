import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Segmented, Switch } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useSession } from '@/app/session'
import { FilterSelect } from '@/ui/FilterSelect'
import { type Kind, kinds } from './figures'

export interface Search {
  kind?: string
  from?: string
  to?: string
  queue?: string
  agent?: string
  sl?: string
  compare?: string
}

const day = 'YYYY-MM-DD'

/** What the figures are of. All of it stands in the address. */
export function Filters({ kind, from, to, search, onChange }: { kind: Kind; from: string; to: string; search: Search; onChange: (s: Search) => void }) {
  const { t } = useTranslation()
  const queues = useQuery({ queryKey: ['live', 'queues'], queryFn: () => take(api.GET('/api/v1/live/queues')) })
  const agents = useQuery({ queryKey: ['live', 'agents'], queryFn: () => take(api.GET('/api/v1/live/agents')) })
  const now = dayjs()
  const presets = [
    { label: t('figures.today'), value: [now, now] as [Dayjs, Dayjs] },
    { label: t('figures.yesterday'), value: [now.subtract(1, 'day'), now.subtract(1, 'day')] as [Dayjs, Dayjs] },
    { label: t('figures.week'), value: [now.subtract(6, 'day'), now] as [Dayjs, Dayjs] },
    { label: t('figures.month'), value: [now.subtract(29, 'day'), now] as [Dayjs, Dayjs] },
    { label: t('figures.thisMonth'), value: [now.startOf('month'), now] as [Dayjs, Dayjs] },
  ]
  return (
    <>
      <div className="filters figures-filters">
        <DatePicker.RangePicker
          allowClear={false} value={[dayjs(from), dayjs(to)]} presets={presets} maxDate={now} aria-label={t('figures.period')}
          onChange={(v) => v?.[0] && v[1] && onChange({ from: v[0].format(day), to: v[1].format(day) })}
        />
        <FilterSelect label={t('figures.queue')} value={search.queue} onChange={(queue) => onChange({ queue })} options={(queues.data?.items ?? []).map((q) => ({ value: q.id, label: q.name }))} />
        <FilterSelect label={t('figures.agent')} value={search.agent} onChange={(agent) => onChange({ agent })} options={(agents.data?.items ?? []).map((a) => ({ value: a.agent, label: a.name }))} />
        <FilterSelect
          label={t('figures.variant')} value={search.sl} onChange={(sl) => onChange({ sl })} width={200}
          options={['offered', 'quick', 'answered'].map((v) => ({ value: v, label: t(`figures.variants.${v}`) }))}
        />
        <label className="figures-switch"><Switch size="small" checked={search.compare !== 'no'} onChange={(on) => onChange({ compare: on ? undefined : 'no' })} /> {t('figures.compare')}</label>
      </div>
      <div className="figures-kinds">
        <Segmented<Kind> value={kind} onChange={(k) => onChange({ kind: k })} aria-label={t('figures.kind')} options={kinds.map((k) => ({ value: k, label: t(`figures.kinds.${k}`) }))} />
      </div>
    </>
  )
}

/** Taking the figures away, as a workbook or on paper. */
export function Tools({ href }: { href: string }) {
  const { t } = useTranslation()
  const { may } = useSession()
  return (
    <span className="figures-tools">
      {may('exports.run') && <Button icon={<DownloadOutlined />} href={href} download>{t('figures.export')}</Button>}
      <Button icon={<PrinterOutlined />} onClick={() => window.print()}>{t('figures.print')}</Button>
    </span>
  )
}

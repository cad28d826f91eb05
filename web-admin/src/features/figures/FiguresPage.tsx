import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Alert } from 'antd'
import dayjs from 'dayjs'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { PageHeader } from '@/ui/PageHeader'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import { Behind } from './Behind'
import { kinds, period } from './figures'
import './figures.css'
import { Filters, type Search, Tools } from './Filters'
import { Rows } from './Rows'
import { Tiles } from './Tiles'

const Chart = lazy(() => import('./Chart'))
const route = getRouteApi('/figures')

/** What the calls of today, or of any days, come to. */
export default function FiguresPage() {
  const { t, i18n } = useTranslation()
  const search: Search = route.useSearch()
  const go = route.useNavigate()
  const [picked, setPicked] = useState('')
  const [drill, setDrill] = useState<{ measure: string; row?: { key: string; name: string } }>()
  const today = dayjs().format('YYYY-MM-DD')
  const kind = kinds.find((k) => k === search.kind) ?? 'intervals'
  const [from, to] = [search.from ?? today, search.to ?? today]
  const query = { ...period(from, to), queue: search.queue, agent: search.agent, service_level: search.sl }
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['figures', kind, query, search.compare, i18n.language],
    queryFn: () => take(api.GET('/api/v1/reports/{kind}', { params: { path: { kind }, query: { ...query, compare: search.compare !== 'no' } as never } })),
    placeholderData: (old) => (old?.kind === kind ? old : undefined),
  })
  const change = (s: Search) => void go({ search: { ...search, ...s } as never })
  const index = Math.max(0, data?.measures.findIndex((m) => m.id === picked) ?? 0)
  const href = `/api/v1/reports/${kind}/xlsx?${new URLSearchParams(Object.entries(query).filter((e): e is [string, string] => e[1] !== undefined))}`
  return (
    <div className="figures">
      <PageHeader title={t('figures.title')}><span className="faint number figures-period">{from === to ? from : `${from} – ${to}`}</span><Tools href={href} /></PageHeader>
      <Filters kind={kind} from={from} to={to} search={search} onChange={change} />
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : isPending || !data ? <Loading /> : (
        <>
          {!data.whole && <Alert type="warning" showIcon title={t('figures.part_only')} style={{ marginBottom: 12 }} />}
          <Tiles report={data} picked={data.measures[index]!.id} onPick={setPicked} onDrill={(measure) => setDrill({ measure })} />
          {data.rows.length === 0 ? (
            <div className="card"><Nothing text={t('figures.nothing')} /></div>
          ) : (
            <>
              <section className="card figures-picture" aria-label={data.measures[index]!.name}>
                <h2>{data.measures[index]!.name}</h2>
                <Suspense fallback={<div style={{ height: 280 }} />}><Chart report={data} index={index} /></Suspense>
              </section>
              <Rows report={data} onDrill={(measure, row) => setDrill({ measure, row })} />
            </>
          )}
          <Behind kind={kind} query={query} measure={data.measures.find((m) => m.id === drill?.measure)} row={drill?.row} onClose={() => setDrill(undefined)} />
        </>
      )}
    </div>
  )
}

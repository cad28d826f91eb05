import { DownloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useSession } from '@/app/session'
import { Dial } from '@/ui/Dial'
import { Fact } from '@/ui/Fact'
import { between, moment } from '@/ui/format'
import { length } from '@/ui/length'
import { Mark } from '@/ui/Mark'
import { PageHeader } from '@/ui/PageHeader'
import { ErrorState, Loading } from '@/ui/states'
import { tones } from './tones'

const Waveform = lazy(() => import('@/ui/Waveform'))
const route = getRouteApi('/calls/$id')
type Call = Schemas['LoggedCall']

/** One call: who with whom, which way it went, and what was said. */
export default function CallPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const { id } = route.useParams()
  const { data: c, error, refetch } = useQuery({ queryKey: ['call-record', id], queryFn: () => take(api.GET('/api/v1/calls/{id}', { params: { path: { id } } })) })
  if (error && !c) return <ErrorState error={error} retry={() => void refetch()} />
  if (!c) return <Loading />
  const other = c.direction === 'outbound' ? c.to : c.from
  return (
    <article>
      <PageHeader title={`${t(`calls.directions.${c.direction}`)} · ${c.card.name || other}`}>
        <Mark tone={tones[c.disposition]}>{t(`calls.dispositions.${c.disposition}`)}</Mark>
        <span className="grow" />
        <Link to="/calls">{t('calls.toList')}</Link>
      </PageHeader>
      {c.recording && may('recordings.listen') && (
        <section className="card" aria-label={t('calls.recording')} style={{ marginBottom: 12 }}>
          <Suspense fallback={<Loading />}><Waveform recording={c.recording} /></Suspense>
          {may('recordings.download') && <p><a href={`/api/v1/recordings/${encodeURIComponent(c.recording)}/file`} download><DownloadOutlined /> {t('calls.download')}</a></p>}
        </section>
      )}
      <div className="ticket-grid">
        <div className="stack">
          <section className="card" aria-label={t('calls.facts')}>
            <dl className="facts">
              <Fact name={t('calls.party')}><Dial number={other} /> {c.card.customer ? <Link to="/customers/$id" params={{ id: c.card.customer }}>{c.card.name || t('calls.customer')}</Link> : c.card.name}</Fact>
              <Fact name={t('calls.at')}>{moment(c.started_at)}</Fact>
              {c.queue && <Fact name={t('calls.queue')}>{c.queue} {c.queued_at && <span className="faint">{t('calls.waited', { time: length(between(c.queued_at, c.connected_at ?? c.ended_at)) })}</span>}</Fact>}
              {c.agent && <Fact name={t('calls.agent')}>{c.agent} {c.extension && <span className="number faint">{c.extension}</span>}</Fact>}
              <Fact name={t('calls.talk')}><span className="number">{length(between(c.connected_at, c.ended_at))}</span></Fact>
              <Fact name={t('calls.line')}><span className="number">{c.line}</span></Fact>
              <Fact name={t('calls.cause')}><span className="number">{c.cause}</span> {c.ended_by}</Fact>
              {c.joined_from?.map((j) => <Fact key={j} name={t('calls.before')}><Link to="/calls/$id" params={{ id: j }}>{t('tickets.show')}</Link></Fact>)}
              {c.joined_to && <Fact name={t('calls.after')}><Link to="/calls/$id" params={{ id: c.joined_to }}>{t('tickets.show')}</Link></Fact>}
            </dl>
          </section>
          {c.wrap_up?.disposition && (
            <section className="card" aria-label={t('agent.wrapUp')}>
              <h2>{t('agent.wrapUp')}</h2>
              <p>{c.wrap_up.path?.join(' / ') || c.wrap_up.disposition}</p>
              {c.wrap_up.note && <p className="said">{c.wrap_up.note}</p>}
              {c.wrap_up.tickets?.map((k) => <Link key={k} to="/tickets/$id" params={{ id: k }}>{t('calls.ticket')}</Link>)}
            </section>
          )}
        </div>
        <div className="stack"><Way call={c} /><Legs call={c} /></div>
      </div>
    </article>
  )
}

function Way({ call }: { call: Call }) {
  const { t } = useTranslation()
  if ((call.path ?? []).length === 0) return null
  return (
    <section className="card" aria-label={t('calls.way')}>
      <h2>{t('calls.way')}</h2>
      <ol className="story">
        {call.path?.map((s, i) => <li key={i}><span className="faint number">{moment(s.at)}</span> {s.place} <span className="faint">{s.node}</span> {s.key && <kbd>{s.key}</kbd>}</li>)}
      </ol>
    </section>
  )
}

function Legs({ call }: { call: Call }) {
  const { t } = useTranslation()
  return (
    <section className="card" aria-label={t('calls.legs')}>
      <h2>{t('calls.legs')}</h2>
      <ul className="rows">
        {call.legs?.map((l) => (
          <li key={l.id}>
            <span>{t(`calls.directions.${l.direction}`)}</span> <span className="number">{l.line}</span> <span className="number">{l.number}</span>
            <span className="grow" />
            {l.quality.mos > 0 && <span className={`led ${l.quality.mos < 3.1 ? 'bad' : l.quality.mos < 3.6 ? 'warn' : 'good'}`}>{t('calls.mos', { mos: l.quality.mos.toFixed(1) })}</span>}
            <span className="faint number">{l.cause}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

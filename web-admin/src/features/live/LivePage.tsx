import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useNews } from '@/app/live'
import { stateOf, tones } from '@/features/agent/StateSwitch'
import { PageHeader } from '@/ui/PageHeader'
import { Since } from '@/ui/Since'
import { ErrorState, Loading, Nothing } from '@/ui/states'

type Queue = Schemas['QueueView']
type Agent = Schemas['QueueAgentView']

/** What goes on at this moment: queues with who waits, and agents. */
export default function LivePage() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const queues = useQuery({ queryKey: ['live', 'queues'], queryFn: () => take(api.GET('/api/v1/live/queues')) })
  const agents = useQuery({ queryKey: ['live', 'agents'], queryFn: () => take(api.GET('/api/v1/live/agents')) })
  useNews('queues', useCallback((n: Schemas['QueuesChanged']) => client.setQueryData(['live', 'queues'], { items: n.queues }), [client]))
  useNews(
    'agent',
    useCallback(
      (n: Schemas['AgentChanged']) =>
        client.setQueryData<{ items: Agent[] }>(['live', 'agents'], (old) => old && { ...old, items: patch(old.items, n.agent) }),
      [client],
    ),
  )
  const error = queues.error ?? agents.error
  if (error) return <ErrorState error={error} retry={() => void client.invalidateQueries({ queryKey: ['live'] })} />
  if (!queues.data || !agents.data) return <Loading />
  const list = queues.data.items
  const waiting = list.flatMap((q) => q.waiting)
  const sum = (f: (q: Queue) => number) => list.reduce((n, q) => n + f(q), 0)
  const offered = sum((q) => q.counters.entered)
  return (
    <>
      <PageHeader title={t('live.title')} />
      <div className="tiles">
        <Tile label={t('live.waiting')} value={waiting.length} tone={waiting.length > 0 ? 'warn' : ''} />
        <Tile label={t('live.serving')} value={agents.data.items.filter((a) => stateOf(a) === 'talking').length} />
        <Tile label={t('live.free')} value={agents.data.items.filter((a) => stateOf(a) === 'available').length} />
        <Tile label={t('live.answered')} value={sum((q) => q.counters.answered)} />
        <Tile label={t('live.abandoned')} value={sum((q) => q.counters.abandoned)} tone={sum((q) => q.counters.abandoned) > 0 ? 'bad' : ''} />
        <Tile label={t('live.offered')} value={offered} />
      </div>
      <div className="cards">
        {list.map((q) => <QueueCard key={q.id} queue={q} />)}
        <section className="card" aria-label={t('live.agents')}>
          <h2 style={{ fontSize: 15 }}>{t('live.agents')}</h2>
          {agents.data.items.length === 0 ? <Nothing text={t('live.noAgents')} /> : agents.data.items.map((a) => <AgentRow key={a.agent} agent={a} />)}
        </section>
      </div>
    </>
  )
}

const patch = (list: Agent[], a: Agent) => {
  const i = list.findIndex((x) => x.agent === a.agent)
  return i < 0 ? [...list, a] : list.with(i, a)
}

function Tile({ label, value, tone = '' }: { label: string; value: number; tone?: string }) {
  return <div className={`tile ${tone}`}><small>{label}</small><b>{value}</b></div>
}

function QueueCard({ queue }: { queue: Queue }) {
  const { t } = useTranslation()
  return (
    <section className="card" aria-label={queue.name}>
      <h2 style={{ fontSize: 15 }}>{queue.name}</h2>
      <p className="faint">{t('live.line', { waiting: queue.waiting.length, serving: queue.serving, free: queue.free })}</p>
      {queue.waiting.map((c) => (
        <div key={c.call} style={{ display: 'flex', gap: 8 }}>
          <span className="number">{c.position}.</span>
          <span className="number">{c.card.number}</span> {c.card.name}
          <span style={{ flex: 1 }} />
          <Since at={c.since} />
        </div>
      ))}
    </section>
  )
}

function AgentRow({ agent }: { agent: Agent }) {
  const { t } = useTranslation()
  const state = stateOf(agent)
  return (
    <div style={{ display: 'flex', gap: 8, padding: '3px 0' }}>
      <span className={`led ${tones[state] ?? 'off'}`}>{t(`live.states.${state}`, state)}</span>
      <span>{agent.name}</span>
      <span style={{ flex: 1 }} />
      <Since at={agent.since} />
    </div>
  )
}

import { Segmented } from 'antd'
import { memo, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/app/session'
import { stateOf, tones } from '@/features/agent/StateSwitch'
import { length } from '@/ui/length'
import { Since } from '@/ui/Since'
import { type Agent, type AgentOrder, sortAgents, stateSince } from './floor'
import { AgentMenu } from './AgentMenu'

/** Above so many agents each is a small square. */
const compactAbove = 60

const orders: AgentOrder[] = ['time', 'state', 'name']

/** The agents, with the colour and the word of what they do, since when, and what they did today. */
export const Agents = memo(function Agents({ agents, reasons }: { agents: Agent[]; reasons: Map<string, string> }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const [order, setOrder] = useState<AgentOrder>('time')
  const list = useMemo(() => sortAgents(agents, order), [agents, order])
  const counts = useMemo(() => {
    const n: Record<string, number> = {}
    for (const a of agents) n[stateOf(a)] = (n[stateOf(a)] ?? 0) + 1
    return n
  }, [agents])
  const compact = agents.length > compactAbove
  const manage = may('agents.manage')
  return (
    <section className="card" aria-label={t('live.agents')}>
      <header className="live-head">
        <h2>{t('live.agents')} <span className="faint number">{agents.length}</span></h2>
        <span className="live-counts">
          {Object.keys(tones).filter((s) => counts[s]).map((s) => <span key={s} className={`led ${tones[s]}`}>{t(`live.states.${s}`)} <b className="number">{counts[s]}</b></span>)}
        </span>
        <Segmented<AgentOrder>
          size="small" value={order} onChange={setOrder} aria-label={t('live.order')}
          options={orders.map((o) => ({ value: o, label: t(`live.orders.${o}`) }))}
        />
      </header>
      {list.length === 0 ? (
        <p className="faint live-none">{t('live.noAgents')}</p>
      ) : (
        <div className={compact ? 'live-agents compact' : 'live-agents'} role="list">
          {list.map((a) => <Square key={a.agent} agent={a} reason={reasons.get(a.reason ?? '') ?? a.reason ?? ''} compact={compact} manage={manage} />)}
        </div>
      )}
    </section>
  )
})

/** One agent. */
const Square = memo(function Square({ agent: a, reason, compact, manage }: { agent: Agent; reason: string; compact: boolean; manage: boolean }) {
  const { t } = useTranslation()
  const state = stateOf(a)
  const tone = tones[state] ?? 'off'
  return (
    <div className={`live-agent ${tone}`} role="listitem">
      <div className="live-agent-top">
        <span className="live-name">{a.name}</span>
        {!compact && a.extension && <span className="faint number">{a.extension}</span>}
        {manage && <AgentMenu agent={a} />}
      </div>
      <div className="live-agent-state">
        <span className={`led ${tone}`}>{t(`live.states.${state}`, state)}{reason && a.status === 'paused' ? ` · ${reason}` : ''}</span>
        {state !== 'signed_out' && <Since at={stateSince(a)} />}
      </div>
      {!compact && (
        <div className="live-agent-day faint">
          {t('live.today', { calls: a.calls, talk: length(a.calls > 0 ? a.talk / a.calls : 0) })}
          {a.misses > 0 && <span className="led bad">{t('live.misses', { count: a.misses })}</span>}
        </div>
      )}
    </div>
  )
})

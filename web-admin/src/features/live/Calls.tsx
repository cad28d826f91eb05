import { memo, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/app/session'
import { Mark, type Tone } from '@/ui/Mark'
import { Since } from '@/ui/Since'
import { type Agent, type Call, keyOf } from './floor'
import { type How, Supervise } from './Supervise'
import { Virtual } from './Virtual'

const tones: Record<string, Tone> = { talking: 'busy', held: 'warn', ringing: 'busy', menu: 'off', queue: 'warn' }

/** What a call does, in a word of the console. */
export function stage(c: Call): string {
  if (c.held_since) return 'held'
  if (c.connected_at) return 'talking'
  if ((c.ringing?.length ?? 0) > 0) return 'ringing'
  if (c.queued_at) return 'queue'
  return c.place.startsWith('menu') ? 'menu' : 'other'
}

/** The calls that are up, those with an agent first, and how to take part in them. */
export const Calls = memo(function Calls({ calls, agents, names }: { calls: Map<string, Call>; agents: Agent[]; names: Map<string, string> }) {
  const { t } = useTranslation()
  const { me, may } = useSession()
  const [modes, setModes] = useState<Record<string, How | undefined>>({})
  const onMode = useCallback((call: string, how: How | undefined) => setModes((m) => ({ ...m, [call]: how })), [])
  const own = agents.find((a) => a.agent !== '' && a.agent === me.user.agent)
  const phone = own?.extension || me.user.extension
  const list = useMemo(
    () => [...calls.values()].filter((c) => stage(c) !== 'queue').sort((a, b) => Number(!a.connected_at) - Number(!b.connected_at) || (a.started_at < b.started_at ? -1 : 1)),
    [calls],
  )
  const monitor = may('calls.monitor')
  return (
    <section className="card" aria-label={t('live.calls')}>
      <h2>{t('live.calls')} <span className="faint number">{list.length}</span></h2>
      {list.length === 0 ? (
        <p className="faint live-none">{t('live.noCalls')}</p>
      ) : (
        <Virtual items={list} line={44} lines={8} label={t('live.calls')} keyOf={(c) => c.id}>
          {(c) => (
            <CallLine
              call={c} agent={names.get(c.agent ?? '') ?? c.agent ?? c.extension ?? ''} phone={phone} monitor={monitor} mode={modes[c.id]} onMode={onMode}
            />
          )}
        </Virtual>
      )}
    </section>
  )
})

interface LineProps {
  call: Call
  agent: string
  phone: string
  monitor: boolean
  mode?: How
  onMode: (call: string, how: How | undefined) => void
}

const CallLine = memo(function CallLine({ call, agent, phone, monitor, mode, onMode }: LineProps) {
  const { t } = useTranslation()
  const what = stage(call)
  const number = call.direction === 'outbound' ? call.to : call.from
  const who = call.card.name || number || t('live.withheld')
  const key = keyOf(call)
  return (
    <div className="live-line">
      <Mark tone={tones[what] ?? 'off'}>{t(`live.stages.${what}`)}</Mark>
      <span className="live-who">
        <span className="live-name">{who}</span>
        {call.card.name && <span className="number faint">{number}</span>}
        {key && <Mark>{t('live.key', { key })}</Mark>}
      </span>
      <span className="live-place">{agent || (call.ringing ?? []).join(' ') || call.place}</span>
      <Since at={call.connected_at ?? call.started_at} />
      {monitor && (call.watching?.length ?? 0) > 0 && <Mark tone="warn">{t('live.watched', { who: call.watching!.join(' ') })}</Mark>}
      {monitor && <Supervise call={call} who={agent || who} phone={phone} mode={mode} onMode={onMode} />}
    </div>
  )
})

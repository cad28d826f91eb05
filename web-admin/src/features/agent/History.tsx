import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { Player } from '@/ui/Player'
import { moment } from '@/ui/format'
import { length } from '@/ui/length'
import { Nothing } from '@/ui/states'
import type { Pop } from './useAgent'
import { Mark } from '@/ui/Mark'

/** What is open for the customer, the most urgent first. */
export function OpenThings({ pop }: { pop: Pop }) {
  const { t } = useTranslation()
  if (pop.open.length === 0) return <Nothing text={t('agent.nothingOpen')} />
  return (
    <ul className="rows">
      {pop.open.map((e) => (
        <li key={e.kind + e.id}>
          <Mark tone={e.kind === 'ticket' ? 'warn' : 'busy'}>{t(`agent.kinds.${e.kind}`, e.kind)}</Mark>
          <span className="grow">{e.kind === 'ticket' ? <Link to="/tickets/$id" params={{ id: e.id }}>{e.summary}</Link> : e.summary}</span>
          <span className="number faint">{moment(e.at)}</span>
        </li>
      ))}
    </ul>
  )
}

/** The last ten calls with the customer, to be heard again. */
export function PastCalls({ pop }: { pop: Pop }) {
  const { t } = useTranslation()
  if (pop.calls.length === 0) return <Nothing text={t('agent.firstCall')} />
  return (
    <ul className="rows">
      {pop.calls.map((c) => (
        <li key={c.id}>
          <span className="number">{moment(c.at)}</span>
          <span>{t(`calls.directions.${c.direction}`, c.direction)}</span>
          <span>{t(`calls.dispositions.${c.disposition}`, c.disposition)}</span>
          <span className="grow faint">{[c.queue, c.agent].filter(Boolean).join(' · ')}</span>
          <span className="number">{length(c.talk)}</span>
          {c.recording && <Player recording={c.recording} />}
        </li>
      ))}
    </ul>
  )
}

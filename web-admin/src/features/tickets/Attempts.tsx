import { useTranslation } from 'react-i18next'

import { moment } from '@/ui/format'
import { length } from '@/ui/length'
import { Mark } from '@/ui/Mark'
import { Player } from '@/ui/Player'
import { useColleagues } from './people'
import type { Ticket } from './TicketPage'

/** The attempts to reach the customer, by the calls that were made. */
export function Attempts({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { name } = useColleagues()
  const list = ticket.attempts ?? []
  if (list.length === 0) return null
  return (
    <section className="card" aria-label={t('tickets.attempts')}>
      <h2>{t('tickets.attempts')}</h2>
      <ul className="rows">
        {list.map((a) => (
          <li key={a.at + (a.call ?? '')}>
            <span className="number">{moment(a.at)}</span>
            <Mark tone={a.result === 'reached' ? 'good' : 'warn'}>{t(`tickets.results.${a.result}`, a.result)}</Mark>
            {a.satisfaction && <Mark tone={a.satisfaction === 'dissatisfied' ? 'bad' : 'good'}>{t(`tickets.satisfactions.${a.satisfaction}`, a.satisfaction)}</Mark>}
            <span>{name(a.by)} {a.inbound ? t('tickets.inbound') : ''} <span className="number">{a.number}</span></span>
            {a.talk !== undefined && a.talk > 0 && <span className="faint number">{length(a.talk / 1e9)}</span>}
            {a.recording && <Player recording={a.recording} />}
            {(a.proof ?? a.note) && <span className="faint">{[a.proof, a.note].filter(Boolean).join(' · ')}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

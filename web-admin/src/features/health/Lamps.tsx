import { useTranslation } from 'react-i18next'

import type { Schemas } from '@/api/client'
import type { Tone } from '@/ui/Mark'
import { Since } from '@/ui/Since'
import { Nothing } from '@/ui/states'

type View = Schemas['HealthView']
const tones: Record<Schemas['HealthLine']['state'], Tone> = { idle: 'good', busy: 'busy', ringing: 'warn', alarm: 'warn', fault: 'bad', off: 'off' }

/** A lamp for each line, trunk and telephone, with its state in words. */
export function Lamps({ health }: { health: View }) {
  const { t } = useTranslation()
  return (
    <div className="stack">
      <section className="card" aria-label={t('health.lines')}>
        <h2>{t('health.lines')}</h2>
        {health.lines.length === 0 && <Nothing text={t('health.noLines')} />}
        <ul className="rows">
          {health.lines.map((l) => (
            <li key={l.kind + l.name}>
              <span className={`led ${tones[l.state]}`}>{t(`health.states.${l.state}`)}</span> <span className="number">{l.name}</span>
              <span className="faint">{t(`health.kinds.${l.kind}`)} {l.detail}</span>
              <span className="grow" />
              {l.since && <Since at={l.since} />}
            </li>
          ))}
        </ul>
      </section>
      <section className="card" aria-label={t('health.phones')}>
        <h2>{t('health.phones')}</h2>
        {health.phones.length === 0 && <Nothing text={t('health.noPhones')} />}
        <ul className="rows">
          {health.phones.map((p) => (
            <li key={p.extension + p.source}>
              <span className={`led ${p.reachable ? 'good' : 'bad'}`}>{t(p.reachable ? 'health.reachable' : 'health.silent')}</span>
              <span className="number">{p.extension}</span> <span className="faint">{p.user_agent}</span>
              <span className="grow" /> <span className="faint number">{p.source}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '@/api/client'
import { moment } from '@/ui/format'
import type { Tone } from '@/ui/Mark'

type Problem = Schemas['HealthProblem']
const tones: Record<Problem['level'], Tone> = { bad: 'bad', warn: 'warn', notice: 'busy' }

/** Where each kind of problem is seen to. */
const places: Record<string, string> = {
  trunk: '/settings/trunks', analog: '/settings/analog-lines', phone: '/settings/extensions', holidays: '/settings/holiday-years', roster: '/settings/roster-duties',
  disk: '/settings/recording', prompt: '/settings/prompts', ban: '/settings/lockouts',
}

/** What somebody should see to, the worst first, each with what to do. */
export function Problems({ list }: { list: Problem[] }) {
  const { t } = useTranslation()
  return (
    <section className="card" aria-label={t('health.problemsTitle')} style={{ marginBottom: 12 }}>
      <h2>{t('health.problemsTitle')}</h2>
      {list.length === 0 && <p className="led good">{t('health.allWell')}</p>}
      <ul className="rows">
        {list.map((p) => <Row key={p.code + (p.what ?? '')} problem={p} />)}
      </ul>
    </section>
  )
}

function Row({ problem: p }: { problem: Problem }) {
  const { t } = useTranslation()
  const words = `health.problems.${p.code}`
  const place = places[p.code.split('.')[0] ?? '']
  const values = { ...p.args, what: p.what ?? '', from: moment(p.since), until: moment(p.until) }
  return (
    <li>
      <span className={`led ${tones[p.level]}`}>{t(`health.levels.${p.level}`)}</span>
      <div className="grow" style={{ flexBasis: 260 }}>
        <strong>{t(`${words}.title`, { ...values, defaultValue: p.code })}</strong> {p.args?.why && <span className="faint">{p.args.why}</span>}
        <div className="faint">{t(`${words}.todo`, { ...values, defaultValue: '' })}</div>
      </div>
      {p.since && <span className="faint number">{moment(p.since)}</span>}
      {place && <Link to={place}><Button size="small">{t('health.see')}</Button></Link>}
    </li>
  )
}

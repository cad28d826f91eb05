import { useTranslation } from 'react-i18next'

import { type Flow, layers, type Problem, waysOf } from './model'
import { usePort, useSummary } from './names'

interface Props {
  flow: Flow
  chosen?: string
  onChoose: (name: string) => void
  problems: Problem[]
  heard: string[]
}

/** A menu as a list, from its entry on: each node with the ways that lead on from it. */
export function Outline({ flow, chosen, onChoose, problems, heard }: Props) {
  const { t } = useTranslation()
  const summary = useSummary()
  const port = usePort()
  const names = layers(flow).flat()
  if (names.length === 0) return <p className="faint">{t('menus.empty')}</p>
  return (
    <ol className="menu-outline" aria-label={t('menus.outline')}>
      {names.map((name) => {
        const n = flow.nodes[name]!
        const bad = problems.filter((p) => p.node === name)
        return (
          <li key={name} className={name === chosen ? 'chosen' : heard.includes(name) ? 'heard' : ''}>
            <button type="button" className="menu-name" aria-pressed={name === chosen} onClick={() => onChoose(name)}>
              <strong>{name}</strong> <span>{t(`menus.kinds.${n.kind}`, n.kind)}</span> <span className="faint">{summary(n)}</span>
              {name === flow.entry && <span className="led good">{t('menus.entry')}</span>}
              {bad.length > 0 && <span className={`led ${bad.some((p) => !p.warning) ? 'bad' : 'warn'}`}>{t('menus.faults', { count: bad.length })}</span>}
            </button>
            <ul>
              {waysOf(name, n).map((e) => (
                <li key={e.port}>
                  {port(n, e.port)} → {e.to === '' ? <span className="faint">{t('menus.open')}</span> : <button type="button" className="menu-way" onClick={() => onChoose(e.to)}>{e.to}</button>}
                </li>
              ))}
            </ul>
          </li>
        )
      })}
    </ol>
  )
}

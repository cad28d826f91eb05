import { useTranslation } from 'react-i18next'

import type { Problem } from './model'

/** What would fail a caller, node by node; a click leads there. */
export function Problems({ list, onChoose }: { list: Problem[]; onChoose: (node: string) => void }) {
  const { t } = useTranslation()
  if (list.length === 0) return <p className="led good">{t('menus.noProblems')}</p>
  return (
    <ul className="rows">
      {list.map((p, i) => (
        <li key={i}>
          <span className={`led ${p.warning ? 'warn' : 'bad'}`}>{p.warning ? t('health.levels.warn') : t('health.levels.bad')}</span>
          {p.node && <button type="button" className="menu-way" onClick={() => onChoose(p.node!)}>{p.node}</button>}
          <Told problem={p} />
        </li>
      ))}
    </ul>
  )
}

export function Told({ problem: p }: { problem: Problem }) {
  const { t } = useTranslation()
  const what = /"([^"]*)"/.exec(p.text)?.[1] ?? ''
  const field = p.field ? t(`menus.fields.${p.field.split(/[.[]/)[0]}`, p.field) : ''
  return <span>{t(`menus.problems.${p.key.replace('flow.', '')}`, { what, field, defaultValue: p.text })}</span>
}

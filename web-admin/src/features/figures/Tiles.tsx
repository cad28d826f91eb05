import { InfoCircleOutlined } from '@ant-design/icons'
import { Popover } from 'antd'
import { useTranslation } from 'react-i18next'

import { change, type Figure, type Measure, type Report, show, tone } from './figures'

interface Props {
  report: Report
  picked: string
  onPick: (measure: string) => void
  onDrill: (measure: string) => void
}

/** The figures of the period, each with what it means, how it was before, and the way to the calls behind it. */
export function Tiles({ report, picked, onPick, onDrill }: Props) {
  return (
    <div className="figures-tiles">
      {report.measures.map((m, i) => (
        <Tile key={m.id} measure={m} now={report.total[i]!} before={report.before?.[i]} picked={picked === m.id} onPick={onPick} onDrill={onDrill} />
      ))}
    </div>
  )
}

interface TileProps extends Omit<Props, 'report' | 'picked'> {
  measure: Measure
  now: Figure
  before?: Figure
  picked: boolean
}

function Tile({ measure: m, now, before, picked, onPick, onDrill }: TileProps) {
  const { t } = useTranslation()
  const delta = change(m.unit, now, before)
  const parts = m.unit === 'count' ? '' : m.unit === 'percent' ? `${Math.round(now.n * 10) / 10} / ${now.d}` : t('figures.ofCount', { count: now.d })
  return (
    <div className={picked ? 'figures-tile picked' : 'figures-tile'}>
      <div className="figures-tile-head">
        <button type="button" className="figures-name" aria-pressed={picked} onClick={() => onPick(m.id)}>{m.name}</button>
        <Popover trigger={['click', 'hover']} content={<div className="figures-formula">{m.formula}</div>} title={m.name}>
          <button type="button" className="figures-info" aria-label={t('figures.means', { name: m.name })}><InfoCircleOutlined /></button>
        </Popover>
      </div>
      <b className="number">{show(m.unit, now.value)}</b>
      <div className="figures-tile-foot">
        {m.calls && (now.n > 0 || now.d > 0) && m.id !== 'erlangs' ? (
          <button type="button" className="figures-drill" onClick={() => onDrill(m.id)}>{parts || t('figures.calls')}</button>
        ) : (
          <span className="faint number">{parts}</span>
        )}
        {delta !== undefined && (
          <span className={`number ${tone(m.good, delta)}`} title={t('figures.beforeWas', { value: show(m.unit, before?.value) })}>
            {delta >= 0 ? '▲' : '▼'} {Math.abs(delta).toFixed(1)}{m.unit === 'percent' ? t('figures.points') : '%'}
          </span>
        )}
      </div>
    </div>
  )
}

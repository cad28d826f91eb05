import { CopyOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'

import { weekdays } from '../field'
import { Clock } from './Clock'
import type { Control } from './kinds'

interface Period {
  from: string
  to: string
}
/** The periods of each day of a week, by the day's name. */
export type Hours = Record<string, Period[]>

const day = 24 * 60
/** Minutes since midnight of "08:30". */
export const minuteOf = (clock: string): number => {
  const [h = '', m = '0'] = clock.split(':')
  return Number(h) * 60 + Number(m)
}

/** A period that comes after those of a day: after lunch, if there is a morning. */
export function nextPeriod(list: Period[]): Period {
  const last = list.at(-1)
  if (!last) return { from: '08:30', to: '17:30' }
  const from = Math.min(minuteOf(last.to) + 60, day - 60)
  const clock = (n: number) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`
  return { from: clock(from), to: clock(Math.min(from + 240, day)) }
}

/** The hours of a week: for each day its periods, and a band that shows them. */
export function Week({ id, value = {}, onChange, disabled, label }: Control<Hours>) {
  const { t } = useTranslation()
  const put = (d: string, list: Period[]) => onChange?.({ ...value, [d]: list })
  const copy = (from: string, to: readonly string[]) => onChange?.({ ...value, ...Object.fromEntries(to.map((d) => [d, (value[from] ?? []).map((p) => ({ ...p }))])) })
  return (
    <div id={id} role="group" aria-label={label} className="week">
      <Scale />
      {weekdays.map((d) => {
        const list = value[d] ?? []
        const name = t(`settings.weekday.${d}`)
        return (
          <div key={d} className="week-day" role="group" aria-label={name}>
            <b>{name}</b>
            <Band list={list} />
            <div className="week-periods">
              {list.length === 0 && <span className="faint">{t('settings.closed')}</span>}
              {list.map((p, i) => (
                <span key={i} className="week-period">
                  <Clock label={t('settings.fromOf', { name })} disabled={disabled} value={p.from} onChange={(from = '') => put(d, list.with(i, { ...p, from }))} />–
                  <Clock label={t('settings.toOf', { name })} disabled={disabled} value={p.to} onChange={(to = '') => put(d, list.with(i, { ...p, to }))} />
                  {!disabled && <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('settings.removeNamed', { name: `${name} ${p.from}–${p.to}` })} onClick={() => put(d, list.filter((_, j) => j !== i))} />}
                </span>
              ))}
              {!disabled && <Button type="text" size="small" icon={<PlusOutlined />} aria-label={t('settings.addPeriod', { name })} onClick={() => put(d, [...list, nextPeriod(list)])} />}
              {!disabled && (
                <Dropdown
                  trigger={['click']}
                  menu={{
                    items: [{ key: 'work', label: t('settings.copyWorkdays') }, { key: 'all', label: t('settings.copyAll') }],
                    onClick: ({ key }) => copy(d, key === 'work' ? weekdays.slice(0, 5) : weekdays),
                  }}
                >
                  <Button type="text" size="small" icon={<CopyOutlined />} aria-label={t('settings.copyDay', { name })} />
                </Dropdown>
              )}
            </div>
          </div>
        )
      })}
    </div>
  )
}

function Scale() {
  return (
    <div className="week-day week-scale" aria-hidden>
      <span />
      <div className="week-hours">{[0, 6, 12, 18, 24].map((h) => <span key={h} style={{ insetInlineStart: `${(h / 24) * 100}%` }}>{h}</span>)}</div>
    </div>
  )
}

function Band({ list }: { list: Period[] }) {
  return (
    <div className="week-band" aria-hidden>
      {list.map((p, i) => {
        const from = minuteOf(p.from)
        const to = minuteOf(p.to)
        return from < to && <span key={i} style={{ insetInlineStart: `${(from / day) * 100}%`, width: `${((to - from) / day) * 100}%` }} />
      })}
    </div>
  )
}

import { memo } from 'react'
import { useTranslation } from 'react-i18next'

import { Since } from '@/ui/Since'

interface Props {
  waiting: number
  oldest: string
  talking: number
  free: number
  answered: number
  abandoned: number
  entered: number
  inTime: number
  ended: number
}

/** The day in a few numbers. */
export const Tiles = memo(function Tiles(p: Props) {
  const { t } = useTranslation()
  const level = p.ended === 0 ? null : Math.round((100 * p.inTime) / p.ended)
  return (
    <div className="tiles" role="group" aria-label={t('live.numbers')}>
      <Tile label={t('live.waiting')} tone={p.waiting > 0 && p.free === 0 ? 'bad' : p.waiting > 0 ? 'warn' : ''}>{p.waiting}</Tile>
      <Tile label={t('live.longest')}>{p.oldest ? <Since at={p.oldest} /> : '–'}</Tile>
      <Tile label={t('live.level')} tone={level === null ? '' : level < 60 ? 'bad' : level < 80 ? 'warn' : ''} note={t('live.of', { met: p.inTime, of: p.ended })}>
        {level === null ? '–' : `${level}%`}
      </Tile>
      <Tile label={t('live.serving')}>{p.talking}</Tile>
      <Tile label={t('live.free')}>{p.free}</Tile>
      <Tile label={t('live.answered')} note={t('live.ofEntered', { count: p.entered })}>{p.answered}</Tile>
      <Tile label={t('live.abandoned')} tone={p.abandoned > 0 ? 'bad' : ''}>{p.abandoned}</Tile>
    </div>
  )
})

function Tile({ label, tone = '', note, children }: { label: string; tone?: string; note?: string; children: React.ReactNode }) {
  return <div className={`tile ${tone}`}><small>{label}</small><b>{children}</b>{note && <small>{note}</small>}</div>
}

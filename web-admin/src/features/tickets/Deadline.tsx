import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'

import { moment } from '@/ui/format'
import { useSecond } from '@/ui/second'

/** How far away a deadline is: by the minute when it is near, otherwise by the day. */
export function Deadline({ at, met }: { at?: string; met?: string }) {
  const { t } = useTranslation()
  const now = useSecond()
  if (!at) return null
  const left = Date.parse(met ?? new Date(now * 1000).toISOString()) / 1000
  const minutes = Math.round((Date.parse(at) / 1000 - left) / 60)
  const late = minutes < 0
  const n = Math.abs(minutes)
  const span = n < 60 ? t('tickets.span.minutes', { n }) : n < 2880 ? t('tickets.span.hours', { n: Math.round(n / 60) }) : t('tickets.span.days', { n: Math.round(n / 1440) })
  const text = met ? (late ? t('tickets.metLate', { span }) : t('tickets.met')) : late ? t('tickets.lateBy', { span }) : t('tickets.dueIn', { span })
  return (
    <time dateTime={at} title={moment(at)} className={`led ${late ? 'bad' : met ? 'good' : minutes < 30 ? 'warn' : 'off'}`}>
      {text} <span className="faint number">{dayjs(at).format('MM-DD HH:mm')}</span>
    </time>
  )
}

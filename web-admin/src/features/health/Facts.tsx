import { Progress } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '@/api/client'
import { Fact } from '@/ui/Fact'
import { bytes, moment } from '@/ui/format'

/** The disk, the clock, the certificate, the backup, and how long the box runs. */
export function Facts({ health: h }: { health: Schemas['HealthView'] }) {
  const { t } = useTranslation()
  const used = h.disk.total > 0 ? Math.round((1 - h.disk.free / h.disk.total) * 100) : 0
  return (
    <section className="card" aria-label={t('health.box')}>
      <h2>{t('health.box')}</h2>
      <dl className="facts">
        <Fact name={t('health.disk')}>
          <Progress percent={used} size="small" status={h.disk.full ? 'exception' : 'normal'} aria-label={t('health.disk')} />
          {t('health.free', { free: bytes(h.disk.free), total: bytes(h.disk.total) })}
        </Fact>
        <Fact name={t('health.days')}>{h.disk.days ? t('health.daysLeft', { count: h.disk.days }) : t('health.daysUnknown')}</Fact>
        <Fact name={t('health.clock')}><span className={`led ${h.clock.synchronised ? 'good' : 'warn'}`}>{t(h.clock.synchronised ? 'health.synchronised' : 'health.unsynchronised')}</span></Fact>
        <Fact name={t('health.backup')}>
          {h.backup.error ? <span className="led bad">{h.backup.error}</span> : h.backup.file ? <><span className="number">{moment(h.backup.at)}</span> <span className="faint">{h.backup.file}</span></> : t('health.noBackup')}
        </Fact>
        {h.certificate && <Fact name={t('health.certificate')}><span className="number">{moment(h.certificate.until)}</span> <span className="faint">{h.certificate.names.join(', ')}</span></Fact>}
        <Fact name={t('health.version')}>{h.version}</Fact>
        <Fact name={t('health.started')}><span className="number">{moment(h.started_at)}</span></Fact>
      </dl>
    </section>
  )
}

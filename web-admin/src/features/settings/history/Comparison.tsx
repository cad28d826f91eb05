import { CloseOutlined } from '@ant-design/icons'
import { useQueries } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { ErrorState, Loading } from '@/ui/states'
import { DiffView } from './DiffView'
import { versionQuery } from './versions'

/** What differs between two versions of the settings. */
export function Comparison({ from, to, onClose }: { from: number; to: number; onClose: () => void }) {
  const { t } = useTranslation()
  const [a, b] = useQueries({ queries: [versionQuery(from), versionQuery(to)] })
  const error = a.error ?? b.error
  return (
    <section className="card" style={{ marginBottom: 12 }} aria-label={t('history.between', { from, to })}>
      <div className="filters">
        <h2 className="section-title grow">{t('history.between', { from, to })}</h2>
        <Button type="text" icon={<CloseOutlined />} aria-label={t('history.close')} onClick={onClose} />
      </div>
      {error ? <ErrorState error={error} retry={() => void Promise.all([a.refetch(), b.refetch()])} /> : !a.data || !b.data ? <Loading /> : <DiffView from={a.data.document} to={b.data.document} />}
    </section>
  )
}

import { Button, Empty, Result, Spin } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Problem } from '@/api/problem'

/** Something is on its way. */
export function Loading({ whole = false }: { whole?: boolean }) {
  const { t } = useTranslation()
  return (
    <div className={whole ? 'state whole' : 'state'} role="status" aria-label={t('ui.loading')}>
      <Spin size="large" delay={200} />
    </div>
  )
}

/** What went wrong, and the way to try again. */
export function ErrorState({ error, retry, whole = false }: { error: unknown; retry?: () => void; whole?: boolean }) {
  const { t } = useTranslation()
  const p = error instanceof Problem ? error : undefined
  const title = p?.offline ? t('ui.offline') : p ? t('ui.failed') : t('ui.broken')
  const about = p?.offline ? t('ui.offlineHint') : (p?.message ?? String(error))
  return (
    <div className={whole ? 'state whole' : 'state'} role="alert">
      <Result
        status={p?.status === 403 ? '403' : p?.status === 404 ? '404' : 'error'}
        title={title}
        subTitle={
          <>
            {about}
            {p?.requestId && <div className="faint">{t('ui.requestId', { id: p.requestId })}</div>}
          </>
        }
        extra={retry && <Button type="primary" onClick={retry}>{t('ui.retry')}</Button>}
      />
    </div>
  )
}

/** There is nothing yet, and what to do about it. */
export function Nothing({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="state">
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text}>{children}</Empty>
    </div>
  )
}

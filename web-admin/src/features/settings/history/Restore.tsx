import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Problem } from '@/api/problem'
import { ErrorState, Loading } from '@/ui/states'
import { DiffView } from './DiffView'
import { currentQuery, putDocument, versionQuery } from './versions'

/** Puts a version of the past in force again, after showing what that changes. It becomes a version of its own. */
export function Restore({ version, onClose }: { version: number; onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const old = useQuery(versionQuery(version))
  const now = useQuery({ ...currentQuery, staleTime: 0, gcTime: 0 })
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const restore = async () => {
    setBusy(true)
    try {
      const made = await putDocument(old.data!.document, now.data!.etag)
      await client.invalidateQueries({ queryKey: ['settings'] })
      void message.success(t('history.restored', { n: version, made: made.version }))
      onClose()
    } catch (e) {
      setProblem(e as Problem)
      setBusy(false)
      void now.refetch()
    }
  }
  const error = old.error ?? now.error
  return (
    <Modal
      open width={860} title={t('history.restoreTitle', { n: version })} okText={t('history.restore')} cancelText={t('settings.cancel')} confirmLoading={busy}
      okButtonProps={{ disabled: !old.data || !now.data }} onOk={() => void restore()} onCancel={onClose}
    >
      {problem && <Alert type="error" showIcon title={problem.message} description={problem.fields.map((f) => f.message).join('；')} style={{ marginBottom: 12 }} />}
      <p>{t('history.restoreText')}</p>
      {error ? <ErrorState error={error} /> : !old.data || !now.data ? <Loading /> : <div style={{ maxHeight: '55vh', overflowY: 'auto' }} tabIndex={0}><DiffView from={now.data.document} to={old.data.document} /></div>}
    </Modal>
  )
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import type { Problem } from '@/api/problem'

/** Puts the draft in force for new calls; calls that are up keep theirs. */
export function Publish({ id, ready, onDone }: { id: string; ready: boolean; onDone: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const [note, setNote] = useState('')
  const [problem, setProblem] = useState<Problem>()
  const publish = useMutation({
    mutationFn: () => take(api.POST('/api/v1/settings/flows/{id}/publish', { params: { path: { id } }, body: { note } })),
    onSuccess: () => {
      setOpen(false)
      setNote('')
      void client.invalidateQueries({ queryKey: ['menus'] })
      onDone()
    },
    onError: (e: Problem) => setProblem(e),
  })
  return (
    <>
      <Button type="primary" disabled={!ready} onClick={() => { setProblem(undefined); setOpen(true) }}>{t('menus.publish')}</Button>
      <Modal open={open} title={t('menus.publish')} onCancel={() => setOpen(false)} okText={t('menus.publish')} okButtonProps={{ loading: publish.isPending }} onOk={() => publish.mutate()}>
        {problem && <Alert type="error" showIcon title={problem.message} style={{ marginBottom: 12 }} />}
        <p>{t('menus.publishHint')}</p>
        <Input value={note} onChange={(e) => setNote(e.target.value)} maxLength={500} placeholder={t('menus.note')} aria-label={t('menus.note')} />
      </Modal>
    </>
  )
}

import { DeleteOutlined, PaperClipOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Upload } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useSession } from '@/app/session'
import { useComplain } from '@/ui/complain'
import { upload } from '@/api/upload'
import { bytes } from '@/ui/format'
import type { Ticket } from './TicketPage'

/** Photos and papers of a ticket. */
export function Attachments({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const { modal } = App.useApp()
  const client = useQueryClient()
  const onError = useComplain()
  const key = ['ticket', ticket.id, 'attachments']
  const path = { id: ticket.id }
  const { data } = useQuery({ queryKey: key, queryFn: () => take(api.GET('/api/v1/tickets/{id}/attachments', { params: { path } })) })
  const read = () => client.invalidateQueries({ queryKey: key })
  const add = useMutation({ mutationFn: (f: File) => upload(`/api/v1/tickets/${ticket.id}/attachments?name=${encodeURIComponent(f.name)}`, f), onSuccess: read, onError })
  const remove = useMutation({
    mutationFn: (attachment: string) => take(api.DELETE('/api/v1/tickets/{id}/attachments/{attachment}', { params: { path: { ...path, attachment } } })), onSuccess: read, onError,
  })
  const list = data?.items ?? []
  const writes = may('tickets.write')
  if (list.length === 0 && !writes) return null
  return (
    <section className="card" aria-label={t('tickets.attachments')}>
      <h2>{t('tickets.attachments')}</h2>
      <ul className="rows">
        {list.map((f) => (
          <li key={f.id}>
            <PaperClipOutlined aria-hidden /> <a href={`/api/v1/tickets/${ticket.id}/attachments/${f.id}`} target="_blank" rel="noreferrer">{f.name}</a>
            <span className="faint number">{bytes(f.size)}</span>
            <span className="grow" />
            {writes && (
              <Button
                type="text" size="small" icon={<DeleteOutlined />} aria-label={t('tickets.removeFile', { name: f.name })}
                onClick={() => modal.confirm({ title: t('tickets.removeFile', { name: f.name }), okButtonProps: { danger: true }, onOk: () => remove.mutateAsync(f.id) })}
              />
            )}
          </li>
        ))}
      </ul>
      {writes && (
        <Upload showUploadList={false} beforeUpload={(f) => { add.mutate(f); return false }}>
          <Button icon={<PaperClipOutlined />} loading={add.isPending}>{t('tickets.addFile')}</Button>
        </Upload>
      )}
    </section>
  )
}

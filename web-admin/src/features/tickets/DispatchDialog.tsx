import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Checkbox, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { Mark } from '@/ui/Mark'
import { Loading } from '@/ui/states'
import { useSeen } from './seen'
import type { Ticket } from './TicketPage'

/** "22.5431, 114.0579", as maps copy it. */
export function placeOf(text: string): { lat: number; lon: number } | undefined {
  const m = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text)
  return m ? { lat: Number(m[1]), lon: Number(m[2]) } : undefined
}

/** Sends technicians to the customer: who may go, the best first and why, and in which order they are asked. */
export function DispatchDialog({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const seen = useSeen(ticket)
  const [form] = Form.useForm<{ text: string; at?: string }>()
  const [order, setOrder] = useState<string[]>([])
  const [problem, setProblem] = useState<Problem>()
  const at = placeOf(Form.useWatch('at', form) ?? '')
  const { data } = useQuery({
    queryKey: ['ticket', ticket.id, 'technicians', at],
    queryFn: () => take(api.GET('/api/v1/tickets/{id}/technicians', { params: { path: { id: ticket.id }, query: at ?? {} } })),
  })
  const send = useMutation({
    mutationFn: (v: { text: string }) => take(api.POST('/api/v1/tickets/{id}/dispatch', {
      params: { path: { id: ticket.id }, header: { 'If-Match': seen.ifMatch } },
      body: { place: { text: v.text, ...(at && { ...at, datum: 'gcj02' }) }, ...(order.length > 0 && { technicians: order }) },
    })),
    onSuccess: () => {
      onClose()
      void client.invalidateQueries({ queryKey: ['ticket', ticket.id] })
    },
    onError: (e: Problem) => {
      setProblem(e)
      seen.refused(e)
    },
  })
  const pick = (id: string) => setOrder((o) => (o.includes(id) ? o.filter((x) => x !== id) : [...o, id]))
  const place = (ticket.form as Record<string, string> | undefined)?.place
  return (
    <Modal open width={620} title={`${t('tickets.acts.dispatch')} · ${ticket.number}`} onCancel={onClose} okText={t('tickets.acts.dispatch')} okButtonProps={{ loading: send.isPending }} onOk={() => form.submit()}>
      {problem && <Alert type="error" showIcon title={problem.status === 412 ? t('ui.changedMeanwhile') : problem.message} style={{ marginBottom: 12 }} />}
      <Form form={form} layout="vertical" onFinish={(v) => send.mutate(v)} initialValues={{ text: place }}>
        <Form.Item name="text" label={t('tickets.place')} rules={[{ required: true, message: t('ui.required') }]}><Input maxLength={400} autoFocus /></Form.Item>
        <Form.Item
          name="at" label={t('tickets.coordinates')} extra={t('tickets.coordinatesHint')}
          rules={[{ validator: (_, v?: string) => (!v || placeOf(v) ? Promise.resolve() : Promise.reject(new Error(t('tickets.coordinatesBad')))) }]}
        ><Input placeholder="22.54310, 114.05790" /></Form.Item>
      </Form>
      <h3>{t('tickets.technicians')}</h3>
      <p className="faint">{t('tickets.techniciansHint')}</p>
      {!data ? <Loading /> : data.items.length === 0 ? <p>{t('tickets.noTechnicians')}</p> : (
        <ol className="rows">
          {data.items.map((p) => (
            <li key={p.person}>
              <Checkbox checked={order.includes(p.person)} onChange={() => pick(p.person)}>
                {order.includes(p.person) && `${order.indexOf(p.person) + 1}. `}{p.name || p.person}
              </Checkbox>
              <span className="grow" />
              {p.outside && <Mark tone="warn">{t('tickets.offDuty')}</Mark>}
              {p.km !== undefined && <span className="number">{t('tickets.km', { km: p.km.toFixed(1) })}</span>}
              <span className="faint number">{t('tickets.load', { n: p.load ?? 0 })}</span>
              {(p.of ?? 0) > 0 && <span className="faint number">{t('tickets.inTime', { n: p.in_time ?? 0, of: p.of })}</span>}
            </li>
          ))}
        </ol>
      )}
    </Modal>
  )
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, DatePicker, Form, Input, Modal, Select } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { useColleagues, useTypes } from './people'
import { useSeen } from './seen'
import type { Ticket } from './TicketPage'
import { TicketSelect } from './TicketSelect'

type Field = 'person' | 'why' | 'text' | 'until' | 'ticket' | 'type' | 'result' | 'satisfaction' | 'proof' | 'note'

interface Values {
  person: string
  why: string
  text: string
  until: Dayjs
  ticket: string
  type: string
  result: 'reached'
  satisfaction?: 'satisfied'
  proof?: string
  note?: string
}

interface Kind {
  fields: Field[]
  danger?: boolean
  send: (params: { path: { id: string }; header: { 'If-Match': string } }, v: Values) => Promise<unknown>
}

/** What can be done with a ticket by a small form. */
export const acts = {
  assign: { fields: ['person'], send: (params, v) => take(api.POST('/api/v1/tickets/{id}/owner', { params, body: { to: v.person } })) },
  wait: { fields: ['until', 'why'], send: (params, v) => take(api.POST('/api/v1/tickets/{id}/waiting', { params, body: { until: v.until.toISOString(), why: v.why } })) },
  resume: { fields: [], send: (params) => take(api.POST('/api/v1/tickets/{id}/resume', { params, body: {} })) },
  progress: { fields: ['text'], send: (params, v) => take(api.POST('/api/v1/tickets/{id}/progress', { params, body: { text: v.text } })) },
  resolve: { fields: ['text'], send: (params, v) => take(api.POST('/api/v1/tickets/{id}/resolution', { params, body: { text: v.text } })) },
  contact: {
    fields: ['result', 'satisfaction', 'proof', 'note'],
    send: (params, v) => take(api.POST('/api/v1/tickets/{id}/contacts', { params: { path: params.path }, body: { result: v.result, satisfaction: v.satisfaction, proof: v.proof, note: v.note } })),
  },
  close: { fields: [], send: (params) => take(api.POST('/api/v1/tickets/{id}/close', { params, body: {} })) },
  cancel: { fields: ['why'], danger: true, send: (params, v) => take(api.POST('/api/v1/tickets/{id}/cancel', { params, body: { why: v.why } })) },
  reopen: { fields: ['why'], send: (params, v) => take(api.POST('/api/v1/tickets/{id}/reopen', { params, body: { why: v.why } })) },
  retype: { fields: ['type'], send: (params, v) => take(api.POST('/api/v1/tickets/{id}/type', { params, body: { type: v.type } })) },
  merge: { fields: ['ticket'], danger: true, send: (params, v) => take(api.POST('/api/v1/tickets/{id}/merge', { params: { path: params.path }, body: { ticket: v.ticket } })) },
  call_off: { fields: ['why'], danger: true, send: (params, v) => take(api.POST('/api/v1/tickets/{id}/dispatch/end', { params, body: { why: v.why } })) },
} satisfies Record<string, Kind>

export type Act = keyof typeof acts

/** Asks for what a change needs, and makes it. A ticket that has changed meanwhile is read anew; what was typed stays. */
export function ActionDialog({ ticket, act, onClose }: { ticket: Ticket; act: Act; onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const seen = useSeen(ticket)
  const [form] = Form.useForm<Values>()
  const [problem, setProblem] = useState<Problem>()
  const kind: Kind = acts[act]
  const change = useMutation({
    mutationFn: (v: Values) => kind.send({ path: { id: ticket.id }, header: { 'If-Match': seen.ifMatch } }, v),
    onSuccess: async () => {
      onClose()
      await client.invalidateQueries({ queryKey: ['ticket', ticket.id] })
      void client.invalidateQueries({ queryKey: ['tickets'] })
    },
    onError: (e: Problem) => {
      setProblem(e)
      seen.refused(e)
    },
  })
  return (
    <Modal
      open title={`${t(`tickets.acts.${act}`)} · ${ticket.number}`} onCancel={onClose} okText={t(`tickets.acts.${act}`)}
      okButtonProps={{ loading: change.isPending, danger: kind.danger }} onOk={() => form.submit()} destroyOnHidden
    >
      {problem && <Alert type="error" showIcon title={problem.status === 412 ? t('ui.changedMeanwhile') : problem.message} style={{ marginBottom: 12 }} />}
      {kind.fields.length === 0 && <p>{t(`tickets.sure.${act}`, { number: ticket.number })}</p>}
      <Form form={form} layout="vertical" onFinish={(v) => change.mutate(v)} initialValues={{ result: 'reached', until: dayjs().add(1, 'day').hour(10).minute(0).second(0) }}>
        {kind.fields.map((f) => <ActionField key={f} field={f} ticket={ticket} />)}
      </Form>
    </Modal>
  )
}

const results = ['reached', 'busy', 'no_answer', 'powered_off', 'wrong_number', 'refused']
const satisfactions = ['satisfied', 'neutral', 'dissatisfied']

function ActionField({ field, ticket }: { field: Field; ticket: Ticket }) {
  const { t } = useTranslation()
  const colleagues = useColleagues()
  const types = useTypes()
  const optional = field === 'satisfaction' || field === 'note'
  const rules = optional ? [] : [{ required: true, message: t('ui.required') }]
  const choose = (list: string[], group: string) => list.map((v) => ({ value: v, label: t(`tickets.${group}.${v}`) }))
  let input
  switch (field) {
    case 'person':
      input = (
        <Select autoFocus showSearch={{ optionFilterProp: 'label' }}
          options={colleagues.list.filter((p) => p.id !== ticket.owner).map((p) => ({ value: p.id, label: `${p.name} · ${t(`tickets.roles.${p.role ?? ''}`)}` }))}
        />
      )
      break
    case 'type': {
      const own = types.get(ticket.type)
      const to = types.list.filter((x) => x.id !== ticket.type && (!own?.becomes?.length || own.becomes.includes(x.id)))
      input = <Select autoFocus options={to.map((x) => ({ value: x.id, label: x.name }))} />
      break
    }
    case 'ticket': input = <TicketSelect except={ticket.id} />; break
    case 'until': input = <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} minDate={dayjs()} maxDate={dayjs().add(90, 'day')} />; break
    case 'result': input = <Select options={choose(results, 'results')} />; break
    case 'satisfaction': input = <Select allowClear options={choose(satisfactions, 'satisfactions')} />; break
    default: input = <Input.TextArea autoFocus={field !== 'note' && field !== 'proof'} autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4000} />
  }
  return <Form.Item name={field} label={t(`tickets.fields.${field}`)} extra={field === 'proof' ? t('tickets.proofHint') : undefined} rules={rules}>{input}</Form.Item>
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { filled, FormFields } from './FormFields'
import { useColleagues, useTypes } from './people'
import { useSeen } from './seen'
import type { Ticket } from './TicketPage'
import { priorities } from './tones'

type Fields = Schemas['TicketFields']

/** Changes what people wrote in a ticket. */
export function EditDialog({ ticket: k, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const seen = useSeen(k)
  const colleagues = useColleagues()
  const type = useTypes().get(k.type)
  const [form] = Form.useForm<Fields>()
  const [problem, setProblem] = useState<Problem>()
  const save = useMutation({
    // A PUT replaces all that people wrote: what this form does not show goes back as it was read.
    mutationFn: (v: Fields) => take(api.PUT('/api/v1/tickets/{id}', {
      params: { path: { id: k.id }, header: { 'If-Match': seen.ifMatch } },
      body: {
        body: k.body, complaint: k.complaint as Fields['complaint'], customer: k.customer, department: k.department, name: k.name, phones: k.phones,
        plate: k.plate, priority: k.priority as Fields['priority'], tags: k.tags, vehicle: k.vehicle, watchers: k.watchers, subject: k.subject,
        ...v, form: { ...(k.form as Record<string, string> | undefined), ...filled(v.form) },
      },
    })),
    onSuccess: () => {
      onClose()
      void client.invalidateQueries({ queryKey: ['ticket', k.id] })
      void client.invalidateQueries({ queryKey: ['tickets'] })
    },
    onError: (e: Problem) => {
      setProblem(e)
      form.setFields(e.fields.map((f) => ({ name: f.path as never, errors: [f.message] })))
      seen.refused(e)
    },
  })
  return (
    <Modal open width={640} title={`${t('tickets.acts.edit')} · ${k.number}`} onCancel={onClose} okText={t('tickets.save')} okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()}>
      {problem && <Alert type="error" showIcon title={problem.status === 412 ? t('ui.changedMeanwhile') : problem.message} style={{ marginBottom: 12 }} />}
      <Form form={form} layout="vertical" onFinish={(v) => save.mutate(v)} initialValues={{ ...k, form: k.form ?? {} }}>
        <Form.Item name="subject" label={t('tickets.subject')} rules={[{ required: true, message: t('ui.required') }]}><Input maxLength={200} /></Form.Item>
        <Form.Item name="body" label={t('tickets.body')}><Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} maxLength={4000} /></Form.Item>
        <Form.Item name="priority" label={t('tickets.priority')}><Select options={priorities.map((p) => ({ value: p, label: t(`tickets.priorities.${p}`) }))} /></Form.Item>
        <Form.Item name="phones" label={t('tickets.phones')}><Select mode="tags" open={false} suffixIcon={null} /></Form.Item>
        <Form.Item name="plate" label={t('tickets.plate')}><Input maxLength={20} /></Form.Item>
        <FormFields type={type} when="edit" />
        <Form.Item name="tags" label={t('tickets.tags')}><Select mode="tags" open={false} suffixIcon={null} /></Form.Item>
        <Form.Item name="watchers" label={t('tickets.watchers')}>
          <Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={colleagues.list.map((p) => ({ value: p.id, label: p.name }))} />
        </Form.Item>
      </Form>
    </Modal>
  )
}

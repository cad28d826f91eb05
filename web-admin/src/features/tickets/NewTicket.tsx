import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Alert, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { CustomerSelect } from '@/features/customers/CustomerSelect'
import { filled, FormFields } from './FormFields'
import { useColleagues, useTypes } from './people'
import { priorities } from './tones'

type Fields = Schemas['NewTicket']

/** Opens a ticket: from a template, for a customer who is known or not. */
export default function NewTicket({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const go = useNavigate()
  const types = useTypes()
  const colleagues = useColleagues()
  const templates = useQuery({ queryKey: ['ticket-templates'], queryFn: () => take(api.GET('/api/v1/tickets/templates')), staleTime: 300_000 })
  const [form] = Form.useForm<Fields>()
  const [problem, setProblem] = useState<Problem>()
  const type = types.get(Form.useWatch('type', form) ?? '')
  const open = useMutation({
    mutationFn: (v: Fields) => take(api.POST('/api/v1/tickets', { body: { ...v, form: filled(v.form) } })),
    onSuccess: (k) => void go({ to: '/tickets/$id', params: { id: k.id } }),
    onError: (e: Problem) => {
      setProblem(e)
      form.setFields(e.fields.map((f) => ({ name: f.path as never, errors: [f.message] })))
    },
  })
  const fill = (id?: string) => {
    const k = templates.data?.items.find((x) => x.id === id)
    if (k) form.setFieldsValue({ type: k.type, subject: k.subject, body: k.body, priority: k.priority as Fields['priority'], form: k.form as Fields['form'], tags: k.tags })
  }
  const list = templates.data?.items ?? []
  return (
    <Modal open width={640} title={t('tickets.new')} onCancel={onClose} okText={t('tickets.open')} okButtonProps={{ loading: open.isPending }} onOk={() => form.submit()}>
      {problem && <Alert type="error" showIcon title={problem.message} style={{ marginBottom: 12 }} />}
      <Form form={form} layout="vertical" onFinish={(v) => open.mutate(v)}>
        {list.length > 0 && <Form.Item label={t('tickets.template')} htmlFor="template"><Select id="template" allowClear onChange={fill} options={list.map((x) => ({ value: x.id, label: x.name }))} /></Form.Item>}
        <Form.Item name="type" label={t('tickets.type')} rules={[{ required: true, message: t('ui.required') }]}><Select options={types.list.map((x) => ({ value: x.id, label: x.name }))} /></Form.Item>
        <Form.Item name="subject" label={t('tickets.subject')} rules={[{ required: true, message: t('ui.required') }]}><Input maxLength={200} /></Form.Item>
        <Form.Item name="customer" label={t('tickets.customer')}><CustomerSelect /></Form.Item>
        <Form.Item name="phones" label={t('tickets.phones')} extra={t('tickets.phonesHint')}><Select mode="tags" open={false} suffixIcon={null} /></Form.Item>
        <Form.Item name="plate" label={t('tickets.plate')}><Input maxLength={20} /></Form.Item>
        <Form.Item name="body" label={t('tickets.body')}><Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} maxLength={4000} /></Form.Item>
        <FormFields type={type} when="create" />
        <Form.Item name="priority" label={t('tickets.priority')}><Select allowClear placeholder={t('tickets.ofType')} options={priorities.map((p) => ({ value: p, label: t(`tickets.priorities.${p}`) }))} /></Form.Item>
        <Form.Item name="owner" label={t('tickets.owner')}>
          <Select allowClear placeholder={t('tickets.leastBusy')} showSearch={{ optionFilterProp: 'label' }} options={colleagues.list.map((p) => ({ value: p.id, label: p.name }))} />
        </Form.Item>
      </Form>
    </Modal>
  )
}

import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Checkbox, Form, Input, Modal, Segmented, Select, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'

type Customer = Schemas['StoredCustomer']
type Fields = Schemas['CustomerFields']

/** Makes a customer, or changes one; one who is there already is shown before a second is made. */
export function CustomerDialog({ customer: c, onClose, onMade }: { customer?: Customer; onClose: () => void; onMade?: (id: string) => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [form] = Form.useForm<Fields>()
  const [problem, setProblem] = useState<Problem>()
  const save = useMutation({
    mutationFn: ({ v, anew }: { v: Fields; anew: boolean }) => {
      const body = { ...(c && { ...kept(c) }), ...v }
      return c
        ? take(api.PUT('/api/v1/customers/{id}', { params: { path: { id: c.id }, header: { 'If-Match': `"${c.rev}"` } }, body }))
        : take(api.POST('/api/v1/customers', { params: { query: { anew } }, body }))
    },
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ['customers'] })
      void client.invalidateQueries({ queryKey: ['customer', made.id] })
      onClose()
      onMade?.(made.id)
    },
    onError: (e: Problem) => {
      setProblem(e)
      form.setFields(e.fields.map((f) => ({ name: f.path.map((k) => (/^\d+$/.test(k) ? Number(k) : k)) as never, errors: [f.message] })))
      if (e.status === 412 && c) void client.invalidateQueries({ queryKey: ['customer', c.id] })
    },
  })
  const twice = problem?.status === 409 && !c
  return (
    <Modal
      open width={600} title={c ? t('customers.edit') : t('customers.new')} onCancel={onClose} okText={t('tickets.save')} okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()}
    >
      {problem && (
        <Alert
          type={twice ? 'warning' : 'error'} showIcon title={problem.status === 412 ? t('ui.changedMeanwhile') : problem.message} style={{ marginBottom: 12 }}
          action={twice && <Button size="small" onClick={() => save.mutate({ v: form.getFieldsValue(), anew: true })}>{t('customers.anyway')}</Button>}
        />
      )}
      <Form form={form} layout="vertical" initialValues={c ?? { kind: 'person', phones: [{ number: '' }] }} onFinish={(v) => save.mutate({ v, anew: false })}>
        <Form.Item name="kind" label={t('customers.kind')}><Segmented options={['person', 'company'].map((v) => ({ value: v, label: t(`customers.kinds.${v}`) }))} /></Form.Item>
        <Form.Item name="name" label={t('customers.name')} rules={[{ required: true, message: t('ui.required') }]}><Input maxLength={100} autoFocus /></Form.Item>
        <Form.List name="phones">
          {(fields, { add, remove }) => (
            <Form.Item label={t('customers.phones')}>
              {fields.map((f) => (
                <Space key={f.key} align="start" wrap>
                  <Form.Item name={[f.name, 'number']} rules={[{ required: true, message: t('ui.required') }]} style={{ marginBottom: 8 }}>
                    <Input inputMode="tel" aria-label={t('customers.phone')} placeholder={t('customers.phone')} />
                  </Form.Item>
                  <Form.Item name={[f.name, 'label']} style={{ marginBottom: 8 }}><Input aria-label={t('customers.label')} placeholder={t('customers.label')} style={{ width: 120 }} /></Form.Item>
                  <Form.Item name={[f.name, 'do_not_call']} valuePropName="checked" style={{ marginBottom: 8 }}><Checkbox>{t('customers.doNotCall')}</Checkbox></Form.Item>
                  <Button type="text" icon={<MinusCircleOutlined />} aria-label={t('customers.removePhone')} onClick={() => remove(f.name)} />
                </Space>
              ))}
              <Button icon={<PlusOutlined />} onClick={() => add({ number: '' })}>{t('customers.addPhone')}</Button>
            </Form.Item>
          )}
        </Form.List>
        <Form.Item name="vip" valuePropName="checked"><Checkbox>VIP</Checkbox></Form.Item>
        <Form.Item name="address" label={t('customers.address')}><Input maxLength={200} /></Form.Item>
        <Form.Item name="birthday" label={t('customers.birthday')}><Input type="date" /></Form.Item>
        <Form.Item name="tags" label={t('customers.tags')}><Select mode="tags" open={false} suffixIcon={null} /></Form.Item>
        <Form.Item name="notes" label={t('customers.notes')}><Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4000} /></Form.Item>
      </Form>
    </Modal>
  )
}

/** What a PUT replaces and this form does not show. */
function kept(c: Customer): Partial<Fields> {
  return { advisor: c.advisor, consent: c.consent as Fields['consent'], contact: c.contact, email: c.email, gender: c.gender, language: c.language, tier: c.tier, wechat: c.wechat }
}

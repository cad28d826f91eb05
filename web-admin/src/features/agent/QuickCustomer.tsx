import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useComplain } from '@/ui/complain'

interface Fields {
  name: string
  plate?: string
}

/** A caller whom nobody knows becomes a customer by two fields. */
export function QuickCustomer({ call, number }: { call: string; number: string }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const onError = useComplain()
  const make = useMutation({
    mutationFn: async (f: Fields) => {
      const c = await take(api.POST('/api/v1/customers', { body: { name: f.name, kind: 'person', phones: number ? [{ number }] : [] } }))
      if (f.plate) await take(api.POST('/api/v1/vehicles', { body: { plate: f.plate, owner: c.id } }))
      await take(api.PUT('/api/v1/live/calls/{id}/customer', { params: { path: { id: call } }, body: { customer: c.id } }))
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['pop', call] }),
    onError,
  })
  return (
    <Form<Fields> layout="vertical" onFinish={(f) => make.mutate(f)} requiredMark={false}>
      <p className="faint">{t('agent.unknownHint')}</p>
      <Form.Item name="name" label={t('agent.name')} rules={[{ required: true, message: t('ui.required') }]}><Input maxLength={100} /></Form.Item>
      <Form.Item name="plate" label={t('agent.plate')}><Input maxLength={12} /></Form.Item>
      <Button htmlType="submit" type="primary" loading={make.isPending}>{t('agent.create')}</Button>
    </Form>
  )
}

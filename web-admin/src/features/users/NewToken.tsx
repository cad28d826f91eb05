import { useQuery } from '@tanstack/react-query'
import { Alert, DatePicker, Form, Input, Modal, Select } from 'antd'
import type { Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { useSession } from '@/app/session'
import { place } from '@/features/settings/kit/problems'
import { usersQuery } from './users'

interface Fields {
  name: string
  user?: string
  scopes: string[]
  expires?: Dayjs
}

/** Makes a token; nobody can give more than they have themselves. */
export function NewToken({ onClose, onMade }: { onClose: () => void; onMade: (secret: string) => void }) {
  const { t } = useTranslation()
  const { me } = useSession()
  const [form] = Form.useForm<Fields>()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const users = useQuery(usersQuery)
  const make = async (f: Fields) => {
    setBusy(true)
    setProblem(undefined)
    try {
      const made = await take(api.POST('/api/v1/tokens', { body: { name: f.name, user: f.user, scopes: f.scopes, expires: f.expires?.endOf('day').toISOString() } }))
      onMade(made.secret)
    } catch (e) {
      const rest = place(form, e as Problem)
      setProblem([(e as Problem).message, ...rest.map((f) => f.message)].join(' '))
      setBusy(false)
    }
  }
  return (
    <Modal open title={t('users.newToken')} okText={t('users.make')} cancelText={t('settings.cancel')} confirmLoading={busy} onOk={() => form.submit()} onCancel={onClose}>
      {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} />}
      <Form form={form} name="token" layout="vertical" onFinish={(f) => void make(f)} initialValues={{ scopes: [] }}>
        <Form.Item name="name" label={t('users.tokenName')} extra={t('users.tokenNameHint')} rules={[{ required: true, message: t('ui.required') }]}><Input autoFocus maxLength={100} /></Form.Item>
        <Form.Item name="user" label={t('users.onBehalf')} extra={t('users.onBehalfHint')}>
          <Select allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={me.user.name || me.user.login} options={(users.data ?? []).map((u) => ({ value: u.id, label: `${u.name || u.login}（${t(`users.role.${u.role}`)}）` }))} />
        </Form.Item>
        <Form.Item name="scopes" label={t('users.scopes')} rules={[{ required: true, message: t('ui.required') }]}>
          <Select mode="multiple" optionFilterProp="label" options={me.permissions.map((p) => ({ value: p, label: t(`users.may.${p}`, p) }))} />
        </Form.Item>
        <Form.Item name="expires" label={t('users.expires')} extra={t('users.expiresHint')}><DatePicker style={{ width: '100%' }} /></Form.Item>
      </Form>
    </Modal>
  )
}

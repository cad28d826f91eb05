import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import type { Language } from '@/i18n'
import { Door } from './Door'

interface Fields {
  code: string
  name: string
  login: string
  password: string
}

/** Makes the first administrator of a box, who proves by the setup code to stand before it. */
export function FirstAdmin({ onDone }: { onDone: (me: Schemas['Me']) => void }) {
  const { t, i18n } = useTranslation()
  const [form] = Form.useForm<Fields>()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const submit = async (f: Fields) => {
    setBusy(true)
    setProblem(undefined)
    try {
      onDone(await take(api.POST('/api/v1/setup/admin', { body: { ...f, language: i18n.language as Language } })))
    } catch (e) {
      const p = e as Problem
      form.setFields(p.fields.map((x) => ({ name: x.path[0] as keyof Fields, errors: [x.message] })))
      setProblem(p)
      setBusy(false)
    }
  }
  return (
    <Door title={t('session.firstTitle')}>
      <p className="faint">{t('session.firstHint')}</p>
      {problem && <Alert type="error" showIcon title={problem.message} style={{ marginBottom: 16 }} />}
      <Form form={form} layout="vertical" onFinish={(f) => void submit(f)} requiredMark={false} size="large">
        <Form.Item name="code" label={t('session.setupCode')} extra={t('session.setupCodeHint')} rules={[{ required: true, message: t('ui.required') }]}>
          <Input autoFocus autoComplete="off" placeholder="XXXX-XXXX-XXXX" />
        </Form.Item>
        <Form.Item name="name" label={t('session.name')} rules={[{ required: true, message: t('ui.required') }]}>
          <Input autoComplete="name" />
        </Form.Item>
        <Form.Item name="login" label={t('session.login')} rules={[{ required: true, message: t('ui.required') }]}>
          <Input autoComplete="username" />
        </Form.Item>
        <Form.Item name="password" label={t('session.newPassword')} rules={[{ required: true, message: t('ui.required') }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>{t('session.begin')}</Button>
      </Form>
    </Door>
  )
}

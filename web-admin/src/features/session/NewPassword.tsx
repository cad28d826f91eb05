import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { Door } from './Door'

interface Fields {
  current_password: string
  new_password: string
}

/** Whoever was given a password chooses one of their own before anything else. */
export function NewPassword({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const submit = async (f: Fields) => {
    setBusy(true)
    try {
      await take(api.POST('/api/v1/session/password', { body: f }))
      onDone()
    } catch (e) {
      setProblem(e as Problem)
      setBusy(false)
    }
  }
  return (
    <Door title={t('session.choose')}>
      <p className="faint">{t('session.chooseHint')}</p>
      {problem && <Alert type="error" showIcon title={problem.fields[0]?.message ?? problem.message} style={{ marginBottom: 16 }} />}
      <Form<Fields> layout="vertical" onFinish={(f) => void submit(f)} requiredMark={false} size="large">
        <Form.Item name="current_password" label={t('session.given')} rules={[{ required: true, message: t('ui.required') }]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <Form.Item name="new_password" label={t('session.newPassword')} rules={[{ required: true, message: t('ui.required') }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>{t('session.keep')}</Button>
      </Form>
    </Door>
  )
}

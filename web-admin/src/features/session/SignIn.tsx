import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { Problem } from '@/api/problem'
import { Door } from './Door'

interface Fields {
  login: string
  password: string
  code?: string
}

/** Asks who somebody is. Over a page it leaves what stands there as it is. */
export function SignIn({ onDone, over = false, login }: { onDone: (me: Schemas['Me']) => void; over?: boolean; login?: string }) {
  const { t } = useTranslation()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const [second, setSecond] = useState(false)
  const submit = async (f: Fields) => {
    setBusy(true)
    try {
      onDone(await take(api.POST('/api/v1/session', { body: f })))
    } catch (e) {
      const p = e as Problem
      setSecond((s) => s || p.code.includes('totp'))
      setProblem(p)
      setBusy(false)
    }
  }
  return (
    <Door title={over ? t('session.again') : t('session.welcome')} over={over}>
      {problem && <Alert type="error" showIcon title={problem.offline ? t('ui.offline') : problem.message} style={{ marginBottom: 16 }} />}
      <Form<Fields> layout="vertical" onFinish={(f) => void submit(f)} initialValues={{ login }} requiredMark={false} size="large">
        <Form.Item name="login" label={t('session.login')} rules={[{ required: true, message: t('ui.required') }]}>
          <Input autoComplete="username" autoFocus={!over} disabled={over} />
        </Form.Item>
        <Form.Item name="password" label={t('session.password')} rules={[{ required: true, message: t('ui.required') }]}>
          <Input.Password autoComplete="current-password" autoFocus={over} />
        </Form.Item>
        {second && (
          <Form.Item name="code" label={t('session.code')} extra={t('session.codeHint')}>
            <Input autoComplete="one-time-code" inputMode="numeric" maxLength={12} autoFocus />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" block loading={busy}>{t('session.signIn')}</Button>
      </Form>
    </Door>
  )
}

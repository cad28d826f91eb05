import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { App, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { remove } from '@/features/settings/kit/box'
import type { Item } from '@/features/settings/kit/kind'
import { ErrorState, Loading } from '@/ui/states'
import { SessionTable } from './SessionTable'

/** What else can be done with a user: a new password, the second factor, where they are signed in, removal. */
export function UserActions({ user }: { user: Item }) {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const client = useQueryClient()
  const go = useNavigate()
  const [resets, setResets] = useState(false)
  const whole = user.whole as unknown as Schemas['User']
  const path = { path: { id: user.id } }
  const sessions = useQuery({ queryKey: ['users', 'sessions', user.id], queryFn: () => take(api.GET('/api/v1/users/{id}/sessions', { params: path })) })
  const again = () => client.invalidateQueries({ queryKey: ['users'] })
  const sure = (title: string, text: string, act: () => Promise<unknown>, done: string, after = again) =>
    modal.confirm({
      title, content: text, okButtonProps: { danger: true }, okText: t('users.yes'), cancelText: t('settings.cancel'),
      onOk: () => act().then(async () => { void message.success(done); await after() }, (e: Problem) => void message.error(e.message)),
    })
  const name = whole.name || whole.login
  return (
    <section className="card" aria-label={t('users.more')} style={{ marginTop: 12, maxWidth: 1180 }}>
      <h2 className="section-title">{t('users.more')}</h2>
      <div className="filters">
        <Button onClick={() => setResets(true)}>{t('users.reset')}</Button>
        <Button
          disabled={!whole.totp}
          onClick={() => sure(t('users.totpTitle', { name }), t('users.totpText'), () => take(api.DELETE('/api/v1/users/{id}/totp', { params: path })), t('users.totpDone'))}
        >
          {whole.totp ? t('users.totpOff') : t('users.totpNone')}
        </Button>
        <Button onClick={() => sure(t('users.outTitle', { name }), t('users.outText'), () => take(api.DELETE('/api/v1/users/{id}/sessions', { params: path })), t('users.outDone'))}>{t('users.out')}</Button>
        <Button
          danger
          onClick={() => sure(t('settings.deleteTitle', { name }), t('users.deleteText'), () => remove({ url: 'users', schema: '', plain: true, sections: [] }, user), t('settings.deleted', { name }), async () => {
            await go({ to: '/settings/users' })
            await again()
          })}
        >
          {t('settings.delete')}
        </Button>
      </div>
      <h2 className="section-title">{t('users.sessions')}</h2>
      {sessions.error ? <ErrorState error={sessions.error} retry={() => void sessions.refetch()} /> : !sessions.data ? <Loading /> : <SessionTable items={sessions.data.items} onEnded={again} />}
      {resets && <NewPassword id={user.id} name={name} onClose={() => setResets(false)} />}
    </section>
  )
}

/** Gives a user another password, which they change when they sign in. */
function NewPassword({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ password: string }>()
  const [busy, setBusy] = useState(false)
  const save = async ({ password }: { password: string }) => {
    setBusy(true)
    try {
      await take(api.POST('/api/v1/users/{id}/password', { params: { path: { id } }, body: { password } }))
      void message.success(t('users.resetDone'))
      onClose()
    } catch (e) {
      form.setFields([{ name: 'password', errors: [(e as Problem).fields[0]?.message ?? (e as Problem).message] }])
      setBusy(false)
    }
  }
  return (
    <Modal open title={t('users.resetTitle', { name })} okText={t('users.reset')} cancelText={t('settings.cancel')} confirmLoading={busy} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(v) => void save(v)}>
        <Form.Item name="password" label={t('users.password')} extra={t('users.resetText')} rules={[{ required: true, message: t('ui.required') }]}>
          <Input.Password autoFocus autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  )
}

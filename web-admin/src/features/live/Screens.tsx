import { CopyOutlined, DesktopOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useComplain } from '@/ui/complain'
import { moment } from '@/ui/format'

const key = ['wall', 'tokens']

/** The screens on walls: an address for each, shown once, and taking it back. */
export function Screens() {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={<DesktopOutlined />} onClick={() => setOpen(true)}>{t('live.screens')}</Button>
      <Modal open={open} onCancel={() => setOpen(false)} footer={null} title={t('live.screens')} destroyOnHidden>
        <List />
      </Modal>
    </>
  )
}

function List() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { modal, message } = App.useApp()
  const onError = useComplain()
  const [address, setAddress] = useState('')
  const { data } = useQuery({ queryKey: key, queryFn: () => take(api.GET('/api/v1/wall/tokens')) })
  const again = () => client.invalidateQueries({ queryKey: key })
  const make = useMutation({
    mutationFn: (v: { name: string }) => take(api.POST('/api/v1/wall/tokens', { body: v })),
    onSuccess: (made) => {
      setAddress(`${window.location.origin}/wall?token=${made.secret}`)
      void again()
    },
    onError,
  })
  const remove = (id: string, name: string) => modal.confirm({
    title: t('live.screenSure', { name }), okText: t('live.screenEnd'), okButtonProps: { danger: true },
    onOk: () => take(api.DELETE('/api/v1/wall/tokens/{id}', { params: { path: { id } } })).then(again, onError),
  })
  const copy = () => void navigator.clipboard.writeText(address).then(() => message.success(t('live.copied')))
  return (
    <>
      <p className="faint">{t('live.screensText')}</p>
      <Form layout="inline" onFinish={(v: { name: string }) => make.mutate(v)} style={{ marginBottom: 12 }}>
        <Form.Item name="name" rules={[{ required: true, message: t('live.screenName') }]} style={{ flex: 1 }}>
          <Input maxLength={100} placeholder={t('live.screenName')} aria-label={t('live.screenName')} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={make.isPending}>{t('live.screenMake')}</Button>
      </Form>
      {address && (
        <div className="live-address" role="status">
          <span>{t('live.screenOnce')}</span>
          <code>{address}</code>
          <Button size="small" icon={<CopyOutlined />} onClick={copy}>{t('live.copy')}</Button>
        </div>
      )}
      <ul className="rows">
        {(data?.items ?? []).map((k) => (
          <li key={k.id}>
            <span>{k.name}</span>
            <span className="faint grow">{k.last_used ? t('live.screenUsed', { at: moment(k.last_used) }) : t('live.screenUnused')}</span>
            <Button size="small" danger onClick={() => remove(k.id, k.name)}>{t('live.screenEnd')}</Button>
          </li>
        ))}
      </ul>
    </>
  )
}

import { AudioOutlined, CustomerServiceOutlined, DisconnectOutlined, SwapOutlined, TeamOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button, Space, Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useComplain } from '@/ui/complain'
import type { Call } from './floor'

export type How = 'listen' | 'whisper' | 'barge' | 'take_over'

const ways: [How, ReactNode][] = [
  ['listen', <CustomerServiceOutlined key="i" />], ['whisper', <AudioOutlined key="i" />], ['barge', <TeamOutlined key="i" />], ['take_over', <SwapOutlined key="i" />],
]

interface Props {
  call: Call
  who: string
  /** One's own phone; "" is none. */
  phone: string
  /** What one has asked for last, of this call. */
  mode?: How
  onMode: (call: string, how: How | undefined) => void
}

/** Taking part in somebody's conversation; the button of what one does is pressed. The box puts each into the audit. */
export function Supervise({ call, who, phone, mode, onMode }: Props) {
  const { t } = useTranslation()
  const { modal, message } = App.useApp()
  const onError = useComplain()
  const within = phone !== '' && (call.watching ?? []).includes(phone)
  const supervise = useMutation({
    mutationFn: (how: How) => take(api.POST('/api/v1/live/calls/{id}/supervise', { params: { path: { id: call.id } }, body: { how } })),
    onSuccess: (_, how) => {
      onMode(call.id, how)
      if (!within) void message.info(t('live.yourPhoneRings'))
    },
    onError,
  })
  const release = useMutation({
    mutationFn: () => take(api.POST('/api/v1/live/calls/{id}/release', { params: { path: { id: call.id } }, body: { extension: call.extension ?? '' } })),
    onError,
  })
  const leave = useMutation({
    mutationFn: () => take(api.POST('/api/v1/live/calls/{id}/release', { params: { path: { id: call.id } }, body: { extension: phone } })),
    onSuccess: () => onMode(call.id, undefined),
    onError,
  })
  const ask = (title: string, text: string, ok: string, onOk: () => Promise<unknown>) =>
    modal.confirm({ title, content: text, okText: ok, okButtonProps: { danger: true }, onOk: () => onOk().catch(() => {}) })
  const press = (how: How) => {
    if (how === 'take_over') ask(t('live.takeOverSure', { who }), t('live.takeOverText'), t('live.how.take_over'), () => supervise.mutateAsync(how))
    else if (within && mode === how) leave.mutate()
    else supervise.mutate(how)
  }
  const open = (call.talking?.length ?? 0) > 0 && call.connected_at !== undefined
  return (
    <Space.Compact size="small" aria-label={t('live.superviseWho', { who })} role="group">
      {ways.map(([how, icon]) => (
        <Tooltip key={how} title={t(`live.how.${how}`)}>
          <Button
            size="small" icon={icon} disabled={!open} type={within && mode === how ? 'primary' : 'default'} aria-pressed={within && mode === how}
            loading={supervise.isPending && supervise.variables === how} aria-label={t(`live.how.${how}`)} onClick={() => press(how)}
          />
        </Tooltip>
      ))}
      <Tooltip title={t('live.release')}>
        <Button
          size="small" danger icon={<DisconnectOutlined />} disabled={!call.extension} aria-label={t('live.release')}
          onClick={() => ask(t('live.releaseSure', { who }), t('live.releaseText', { extension: call.extension }), t('live.release'), () => release.mutateAsync())}
        />
      </Tooltip>
    </Space.Compact>
  )
}

import { MoreOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown, type MenuProps } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useComplain } from '@/ui/complain'
import { type Agent, patched } from './floor'
import { useReasons } from './useReasons'

/** Changes what somebody else does: ready, on break, signed out. */
export function AgentMenu({ agent }: { agent: Agent }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <Dropdown trigger={['click']} open={open} onOpenChange={setOpen} popupRender={() => (open ? <Changes agent={agent} onDone={() => setOpen(false)} /> : null)} menu={{ items: [] }}>
      <button type="button" className="live-agent-menu" aria-label={t('live.changeWho', { who: agent.name })} aria-haspopup="menu"><MoreOutlined /></button>
    </Dropdown>
  )
}

function Changes({ agent, onDone }: { agent: Agent; onDone: () => void }) {
  const { t } = useTranslation()
  const { modal } = App.useApp()
  const client = useQueryClient()
  const onError = useComplain()
  const reasons = useReasons()
  const change = useMutation({
    mutationFn: (body: Schemas['AgentChange']) => take(api.POST('/api/v1/live/agents/{id}', { params: { path: { id: agent.agent } }, body })),
    onSuccess: (a) =>
      client.setQueryData<{ items: Agent[] }>(['live', 'agents'], (old) => old && { ...old, items: patched(old.items, (x) => x.agent, new Map([[a.agent, a]])) }),
    onError,
  })
  const act = (body: Schemas['AgentChange']) => {
    onDone()
    if (body.do !== 'sign-out') return change.mutate(body)
    modal.confirm({
      title: t('live.signOutSure', { who: agent.name }), content: t('live.signOutText'), okText: t('live.do.sign-out'), okButtonProps: { danger: true },
      onOk: () => change.mutateAsync(body).catch(() => {}),
    })
  }
  const out = agent.status === 'signed_out'
  const items: NonNullable<MenuProps['items']> = out
    ? [{ key: 'sign-in', label: t('live.do.sign-in') }]
    : [
        ...(agent.status === 'paused' ? [{ key: 'resume', label: t('live.do.resume') }] : []),
        ...(agent.activity === 'wrap_up' ? [{ key: 'end-wrap-up', label: t('live.do.end-wrap-up') }] : []),
        ...(agent.status === 'available' ? [...reasons].map(([id, name]) => ({ key: `pause ${id}`, label: t('live.do.pause', { reason: name }) })) : []),
        { key: 'sign-out', danger: true, label: t('live.do.sign-out') },
      ]
  return (
    <div className="live-menu" role="menu">
      {items.map((i) => i && (
        <Button key={i.key} type="text" block role="menuitem" danger={'danger' in i && i.danger} onClick={() => pick(String(i.key), act)}>
          {'label' in i && i.label}
        </Button>
      ))}
    </div>
  )
}

function pick(key: string, act: (b: Schemas['AgentChange']) => void) {
  const [what, reason] = key.split(' ')
  act({ do: what as 'pause', ...(reason && { reason }) })
}

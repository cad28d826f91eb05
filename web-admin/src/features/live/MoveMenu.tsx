import { MoreOutlined } from '@ant-design/icons'
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown, type MenuProps } from 'antd'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useComplain } from '@/ui/complain'
import type { Agent, Queue } from './floor'

interface Move {
  to: 'front' | 'queue' | 'agent'
  queue?: string
  agent?: string
}

/** Puts a waiting caller before all others, into another queue, or to an agent. */
export function MoveMenu({ call, queue, who }: { call: string; queue: string; who: string }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const client = useQueryClient()
  const { message } = App.useApp()
  const onError = useComplain()
  const move = useMutation({
    mutationFn: (body: Move) => take(api.POST('/api/v1/live/calls/{id}/move', { params: { path: { id: call } }, body })),
    onSuccess: () => void message.success(t('live.moved', { who })),
    onError,
  })
  const pick = (key: string) => {
    const [to, ...id] = key.split(' ')
    move.mutate({ to: to as Move['to'], ...(to !== 'front' && { [to as 'queue']: id.join(' ') }) })
  }
  return (
    <Dropdown trigger={['click']} open={open} onOpenChange={setOpen} menu={{ items: open ? places(client, queue, t) : [], onClick: (e) => pick(e.key), style: { maxHeight: 360, overflowY: 'auto' } }}>
      <Button size="small" type="text" icon={<MoreOutlined />} loading={move.isPending} aria-label={t('live.moveWho', { who })} />
    </Dropdown>
  )
}

/** Where a caller of a queue can go; an agent must serve the queue, and work. */
function places(client: QueryClient, queue: string, t: TFunction): MenuProps['items'] {
  const queues = client.getQueryData<{ items: Queue[] }>(['live', 'queues'])?.items ?? []
  const agents = client.getQueryData<{ items: Agent[] }>(['live', 'agents'])?.items ?? []
  const able = agents.filter((a) => a.status === 'available' && (a.queues ?? []).includes(queue))
  const others = queues.filter((q) => q.id !== queue && !q.retired)
  return [
    { key: 'front', label: t('live.toFront') },
    { key: 'queues', type: 'group', label: t('live.toQueue'), children: others.map((q) => ({ key: `queue ${q.id}`, label: `${q.name} · ${q.waiting.length}` })) },
    {
      key: 'agents', type: 'group', label: able.length > 0 ? t('live.toAgent') : t('live.toNoAgent'),
      children: able.map((a) => ({ key: `agent ${a.agent}`, label: `${a.name} · ${t(`live.states.${a.activity === 'idle' ? 'available' : a.activity}`)}` })),
    },
  ]
}

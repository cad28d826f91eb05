import { CloseOutlined, PauseOutlined, PhoneOutlined, PlayCircleOutlined, SwapOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button, Input, Modal, Space, Tooltip } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useKeys } from '@/app/shortcuts'
import { phone } from '@/softphone/phone'
import { usePhone } from '@/softphone/usePhone'
import { Since } from '@/ui/Since'
import { Consulting } from './Consulting'
import { type Call, type Pop } from './useAgent'
import { useComplain } from '@/ui/complain'

type Order = 'answer' | 'hold' | 'resume' | 'hang-up'

/** Who is on the line, and what can be done with the call. */
export function CallBar({ call, pop, ringing }: { call?: Call; pop?: Pop; ringing: boolean }) {
  const { t } = useTranslation()
  const onError = useComplain()
  const [passing, setPassing] = useState(false)
  const id = call?.id ?? pop?.call
  const here = usePhone().call?.stage // of this browser, when it is the agent's phone
  const order = useMutation({
    mutationFn: async (what: Order): Promise<unknown> => {
      const path = { params: { path: { id: id! } } }
      switch (what) {
        case 'answer': return here === 'ringing' ? phone.answer() : take(api.POST('/api/v1/live/calls/{id}/answer', path))
        case 'hold': return here === 'talking' ? phone.hold(true) : take(api.POST('/api/v1/live/calls/{id}/hold', path))
        case 'resume': return here === 'talking' ? phone.hold(false) : take(api.POST('/api/v1/live/calls/{id}/resume', path))
        case 'hang-up': return take(api.POST('/api/v1/live/calls/{id}/hang-up', path))
      }
    },
    onError,
  })
  const { mutate } = order
  const own = usePhone().call?.held
  const held = here === 'talking' ? own === true : call?.held_since !== undefined
  const up = call !== undefined && !ringing
  const [asked, setAsked] = useState<string>() // the call during which somebody is consulted
  const consulting = asked !== undefined && asked === id
  useKeys(
    useMemo(
      () =>
        id === undefined
          ? {}
          : {
              F2: ringing ? () => mutate('answer') : undefined,
              h: up ? () => mutate(held ? 'resume' : 'hold') : undefined,
              t: up ? () => setPassing(true) : undefined,
              e: up || ringing ? () => mutate('hang-up') : undefined,
            },
      [id, ringing, up, held, mutate],
    ),
  )
  if (id === undefined) return <div className="callbar idle faint">{t('agent.noCall')}</div>
  const number = pop?.card.number ?? call?.card.number ?? call?.from
  const name = pop?.known[0]?.customer.name ?? pop?.card.name ?? call?.card.name
  const plate = pop?.known[0]?.vehicles?.[0]?.vehicle.plate
  return (
    <div className={ringing ? 'callbar ringing' : 'callbar'} role="group" aria-label={t('agent.call')}>
      <div className="callbar-who" aria-live="polite">
        {ringing && <span className="led busy">{t('live.states.ringing')}</span>}
        {plate && <b className="plate">{plate}</b>}
        <b>{name || t('agent.unknown')}</b>
        <span className="number">{number}</span>
        {call && <Since at={call.connected_at ?? call.started_at} />}
        {held && <span className="led warn">{t('agent.held')}</span>}
      </div>
      <Space wrap>
        {ringing && (
          <Tooltip title={t('agent.answerHint')}>
            <Button type="primary" icon={<PhoneOutlined />} onClick={() => mutate('answer')}>{t('agent.answer')} F2</Button>
          </Tooltip>
        )}
        {up && (
          <Button icon={held ? <PlayCircleOutlined /> : <PauseOutlined />} onClick={() => mutate(held ? 'resume' : 'hold')}>
            {held ? t('agent.unhold') : t('agent.hold')} H
          </Button>
        )}
        {up && consulting && <Consulting id={id} onEnd={() => setAsked(undefined)} />}
        {up && !consulting && <Button icon={<SwapOutlined />} onClick={() => setPassing(true)}>{t('agent.transfer')} T</Button>}
        {(up || ringing) && <Button danger icon={<CloseOutlined />} onClick={() => mutate('hang-up')}>{t('agent.hangUp')} E</Button>}
      </Space>
      {passing && <Transfer id={id} onEnd={() => setPassing(false)} onConsult={() => setAsked(id)} />}
    </div>
  )
}

/** Asks where a call goes: at once, or after a word with whoever answers there. */
function Transfer({ id, onEnd, onConsult }: { id: string; onEnd: () => void; onConsult: () => void }) {
  const { t } = useTranslation()
  const onError = useComplain()
  const [to, setTo] = useState('')
  const go = useMutation({
    mutationFn: (first: boolean) => {
      const more = { params: { path: { id } }, body: { number: to } }
      return first ? take(api.POST('/api/v1/live/calls/{id}/consult', more)) : take(api.POST('/api/v1/live/calls/{id}/transfer', more))
    },
    onSuccess: (_, first) => {
      if (first) onConsult()
      onEnd()
    },
    onError,
  })
  return (
    <Modal
      open title={t('agent.transferTitle')} onCancel={onEnd} destroyOnHidden
      footer={[
        <Button key="c" disabled={!to} loading={go.isPending} onClick={() => go.mutate(true)}>{t('agent.consult')}</Button>,
        <Button key="t" type="primary" disabled={!to} loading={go.isPending} onClick={() => go.mutate(false)}>{t('agent.transferNow')}</Button>,
      ]}
    >
      <Input autoFocus value={to} aria-label={t('agent.transferTo')} placeholder={t('agent.transferTo')} inputMode="tel"
        onChange={(e) => setTo(e.target.value.trim())} onPressEnter={() => to && go.mutate(false)} />
    </Modal>
  )
}

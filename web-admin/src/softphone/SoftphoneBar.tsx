import { AudioMutedOutlined, AudioOutlined, PauseOutlined, PhoneOutlined, PlayCircleOutlined } from '@ant-design/icons'
import { Alert, Button, Space } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { useKeys } from '@/app/shortcuts'
import { Since } from '@/ui/Since'
import { Devices } from './Devices'
import { HangUp } from './HangUp'
import { Keypad } from './Keypad'
import { Meters } from './Meters'
import { phone } from './phone'
import type { Link, PhoneCall } from './state'
import { usePhone } from './usePhone'

const tones: Record<Link, string> = { off: 'off', connecting: 'warn', ready: 'good', unreachable: 'bad', refused: 'bad', elsewhere: 'warn' }

/** The telephone: how it stands, who is on it, and what can be done. */
export function SoftphoneBar() {
  const { t } = useTranslation()
  const { link, call } = usePhone()
  return (
    <div className={call?.stage === 'ringing' ? 'softphone ringing' : 'softphone'} role="group" aria-label={t('softphone.title')}>
      <span className={`led ${tones[link]}`} data-link={link}>{t(`softphone.links.${link}`)}</span>
      {call && <Who call={call} />}
      <div className="shell-gap" />
      {call ? <Controls call={call} /> : link === 'ready' && <Keypad />}
      {(link === 'off' || link === 'elsewhere' || link === 'refused') && (
        <Button size="small" onClick={() => void retry(link)}>{t(link === 'elsewhere' ? 'softphone.takeOver' : 'softphone.retry')}</Button>
      )}
      <Devices />
      <Trouble />
    </div>
  )
}

async function retry(link: Link) {
  if (link === 'refused') phone.stop()
  await phone.start(link === 'elsewhere')
}

function Who({ call }: { call: PhoneCall }) {
  const { t } = useTranslation()
  return (
    <span className="callbar-who" aria-live="polite">
      <span className={call.stage === 'talking' ? 'led busy' : 'led warn'} data-stage={call.stage}>{t(`softphone.stages.${call.stage}`)}</span>
      {call.name && call.name !== call.number && <b>{call.name}</b>}
      <span className="number">{call.number}</span>
      {call.stage === 'talking' && <Since at={new Date(call.since).toISOString()} />}
      {call.held && <span className="led warn">{t('softphone.held')}</span>}
      {call.recovering && <span className="led warn">{t('softphone.recovering')}</span>}
      {call.stage === 'talking' && <Meters />}
    </span>
  )
}

function Controls({ call }: { call: PhoneCall }) {
  const { t } = useTranslation()
  const [ringing, talking] = [call.stage === 'ringing', call.stage === 'talking']
  const { muted, held } = call
  useKeys(
    useMemo(
      () => ({
        F2: ringing ? () => void phone.answer() : undefined,
        m: talking ? () => phone.mute(!muted) : undefined,
        h: talking ? () => phone.hold(!held) : undefined,
      }),
      [ringing, talking, muted, held],
    ),
  )
  return (
    <Space wrap size={6}>
      {ringing && <Button type="primary" icon={<PhoneOutlined />} onClick={() => void phone.answer()}>{t('softphone.answer')}</Button>}
      {talking && (
        <>
          <Button aria-pressed={muted} danger={muted} icon={muted ? <AudioMutedOutlined /> : <AudioOutlined />} onClick={() => phone.mute(!muted)}>
            {t(muted ? 'softphone.unmute' : 'softphone.mute')} M
          </Button>
          <Button aria-pressed={held} icon={held ? <PlayCircleOutlined /> : <PauseOutlined />} onClick={() => phone.hold(!held)}>
            {t(held ? 'softphone.unhold' : 'softphone.hold')}
          </Button>
          <Keypad talking />
        </>
      )}
      <HangUp call={call} />
    </Space>
  )
}

/** What is wrong, and how to go on all the same. */
function Trouble() {
  const { t } = useTranslation()
  const { fault, link } = usePhone()
  const text = fault ? t(`softphone.faults.${fault}`) : link === 'elsewhere' || link === 'refused' ? t(`softphone.faults.${link}`) : undefined
  if (!text) return null
  return (
    <Alert
      type="warning" showIcon title={text} className="softphone-trouble"
      action={<Button size="small" onClick={() => phone.configure({ on: false })}>{t('softphone.useDesk')}</Button>}
    />
  )
}

import { ClockCircleOutlined, CloseOutlined } from '@ant-design/icons'
import { Button, Dropdown, Space } from 'antd'
import { useTranslation } from 'react-i18next'

import { Until } from '@/ui/Since'
import { phone } from './phone'
import type { PhoneCall } from './state'

const times = [30, 60, 120, 300]

/** Hangs up: now, or after a while. */
export function HangUp({ call }: { call: PhoneCall }) {
  const { t } = useTranslation()
  const items = [
    ...times.map((s) => ({ key: String(s), label: t('softphone.hangUpIn', { seconds: s }) })),
    ...(call.endsAt ? [{ key: 'never', label: t('softphone.hangUpNever') }] : []),
  ]
  return (
    <Space.Compact>
      <Button danger icon={<CloseOutlined />} onClick={phone.hangUp}>
        {t(call.stage === 'ringing' ? 'softphone.refuse' : 'softphone.hangUp')}
        {call.endsAt && <Until at={new Date(call.endsAt).toISOString()} />}
      </Button>
      {call.stage === 'talking' && (
        <Dropdown trigger={['click']} menu={{ items, onClick: (e) => phone.hangUpIn(e.key === 'never' ? undefined : Number(e.key)) }}>
          <Button danger icon={<ClockCircleOutlined />} aria-label={t('softphone.hangUpLater')} aria-haspopup="menu" />
        </Dropdown>
      )}
    </Space.Compact>
  )
}

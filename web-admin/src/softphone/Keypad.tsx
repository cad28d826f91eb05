import { PhoneOutlined, TableOutlined } from '@ant-design/icons'
import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { phone } from './phone'

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

/** Twelve keys: to call a number, or while one talks to press them. */
export function Keypad({ talking = false }: { talking?: boolean }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <Popover trigger="click" placement="bottomRight" open={open} onOpenChange={setOpen} destroyOnHidden content={<Pad talking={talking} onCall={() => setOpen(false)} />}>
      <Button icon={<TableOutlined />} aria-label={t('softphone.keypad')} aria-expanded={open}>{!talking && t('softphone.dial')}</Button>
    </Popover>
  )
}

function Pad({ talking, onCall }: { talking: boolean; onCall: () => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const press = (k: string) => {
    setTyped((s) => (s + k).slice(-32))
    if (talking) phone.press(k)
  }
  const call = () => {
    if (talking || typed === '') return
    void phone.call(typed)
    onCall()
  }
  return (
    <div className="keypad">
      <Input
        autoFocus value={typed} inputMode="tel" aria-label={t(talking ? 'softphone.pressed' : 'softphone.number')}
        onChange={(e) => {
          const now = e.target.value.replace(/[^0-9*#+]/g, '')
          if (talking && now.length > typed.length) [...now.slice(typed.length)].filter((k) => k !== '+').forEach(phone.press)
          setTyped(now.slice(-32))
        }}
        onPressEnter={call}
      />
      <div className="keypad-keys">
        {keys.map((k) => <Button key={k} aria-label={t('softphone.key', { key: k })} onClick={() => press(k)}>{k}</Button>)}
      </div>
      {!talking && (
        <Button block type="primary" icon={<PhoneOutlined />} disabled={typed === ''} onClick={call}>{t('softphone.call')}</Button>
      )}
    </div>
  )
}

import { SettingOutlined } from '@ant-design/icons'
import { Button, Popover, Select, Space, Switch } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Level } from './levels'
import { Bar } from './Meters'
import { close, type Devices as List, listDevices, openMicrophone } from './microphone'
import { phone } from './phone'
import { Ringer } from './ring'
import { usePhone } from './usePhone'

/** Which microphone, speaker and ringer are used, with a way to try them. */
export function Devices() {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <Popover trigger="click" placement="bottomRight" open={open} onOpenChange={setOpen} destroyOnHidden content={<Choices />}>
      <Button type="text" icon={<SettingOutlined />} aria-label={t('softphone.devices')} aria-expanded={open} />
    </Popover>
  )
}

function Choices() {
  const { t } = useTranslation()
  const { settings, echo, call, link } = usePhone()
  const [list, setList] = useState<List>({ inputs: [], outputs: [] })
  useEffect(() => {
    const read = () => void listDevices().then(setList, () => {})
    read()
    navigator.mediaDevices?.addEventListener('devicechange', read)
    return () => navigator.mediaDevices?.removeEventListener('devicechange', read)
  }, [])
  const options = (devices: MediaDeviceInfo[]) => [
    { value: '', label: t('softphone.systemChoice') },
    ...devices.map((d, n) => ({ value: d.deviceId, label: d.label || t('softphone.device', { number: n + 1 }) })),
  ]
  const choice = (key: 'microphone' | 'speaker' | 'ringer', devices: MediaDeviceInfo[]) => (
    <label className="device">
      <span>{t(`softphone.${key}`)}</span>
      <Select
        aria-label={t(`softphone.${key}`)} options={options(devices)} style={{ width: 220 }}
        value={devices.some((d) => d.deviceId === settings[key]) ? settings[key] : ''} onChange={(v) => phone.configure({ [key]: v })}
      />
    </label>
  )
  return (
    <div className="devices">
      {choice('microphone', list.inputs)}
      {!call && <Trial id={settings.microphone} />}
      {choice('speaker', list.outputs)}
      {choice('ringer', list.outputs)}
      <label className="device">
        <span>{t('softphone.auto')}</span>
        <Switch aria-label={t('softphone.auto')} checked={settings.auto} onChange={(auto) => phone.configure({ auto })} />
      </label>
      <Space wrap>
        <RingTest device={settings.ringer} />
        {echo && <Button disabled={call !== undefined || link !== 'ready'} onClick={() => void phone.call(echo)}>{t('softphone.echo', { number: echo })}</Button>}
      </Space>
    </div>
  )
}

/** How loud the microphone hears, as long as this is shown. */
function Trial({ id }: { id: string }) {
  const { t } = useTranslation()
  const [loud, setLoud] = useState(0)
  useEffect(() => {
    let ended = false
    let end = () => {}
    void openMicrophone(id).then((stream) => {
      if (ended) {
        close(stream)
        return
      }
      const level = new Level(stream)
      const timer = setInterval(() => setLoud(level.now()), 100)
      end = () => {
        clearInterval(timer)
        level.close()
        close(stream)
      }
    }, () => {})
    return () => {
      ended = true
      end()
    }
  }, [id])
  return <Bar label={t('softphone.mine')} value={loud} />
}

function RingTest({ device }: { device: string }) {
  const { t } = useTranslation()
  const [ringer] = useState(() => new Ringer())
  useEffect(() => () => ringer.stop(), [ringer])
  const ring = async () => {
    await ringer.start(device)
    setTimeout(() => ringer.stop(), 1500)
  }
  return <Button onClick={() => void ring()}>{t('softphone.tryRing')}</Button>
}

import { PauseOutlined, PlayCircleOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** A button that plays a recording, and stops it. */
export function Player({ recording }: { recording: string }) {
  const { t } = useTranslation()
  const audio = useRef<HTMLAudioElement | null>(null)
  const [on, setOn] = useState(false)
  useEffect(() => () => audio.current?.pause(), [])
  const toggle = () => {
    audio.current ??= Object.assign(new Audio(`/api/v1/recordings/${encodeURIComponent(recording)}/audio`), {
      onended: () => setOn(false), onpause: () => setOn(false), onplay: () => setOn(true), onerror: () => setOn(false),
    })
    if (on) audio.current.pause()
    else void audio.current.play().catch(() => setOn(false))
  }
  return <Button size="small" type="text" icon={on ? <PauseOutlined /> : <PlayCircleOutlined />} aria-label={on ? t('ui.stop') : t('ui.play')} onClick={toggle} />
}

import { PauseOutlined, CaretRightOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Segmented, Space } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import WaveSurfer from 'wavesurfer.js'

import { api, take } from '@/api/client'
import { useDark } from '@/app/theme'
import { length } from './length'
import { ErrorState, Loading } from './states'

const speeds = [1, 1.25, 1.5, 2]

/** A recording as a picture of its two sides, the caller above; a click goes there, the arrow keys go five seconds. */
export default function Waveform({ recording }: { recording: string }) {
  const { t } = useTranslation()
  const dark = useDark()
  const place = useRef<HTMLDivElement>(null)
  const [player, setPlayer] = useState<WaveSurfer>()
  const [on, setOn] = useState(false)
  const [at, setAt] = useState(0)
  const [speed, setSpeed] = useState(1)
  const { data, error, refetch } = useQuery({
    queryKey: ['peaks', recording], staleTime: Infinity,
    queryFn: () => take(api.GET('/api/v1/recordings/{id}/peaks', { params: { path: { id: recording }, query: { points: 1000 } } })),
  })
  useEffect(() => {
    if (!data || !place.current) return
    const colours = dark ? ['#77a8ff', '#4ac26b'] : ['#1557d6', '#1a7f37']
    const w = WaveSurfer.create({
      container: place.current, height: 44, normalize: false, url: `/api/v1/recordings/${encodeURIComponent(recording)}/audio`, backend: 'MediaElement',
      peaks: [data.left, data.right].map((side) => Float32Array.from(side, (v) => v / 128)), duration: data.seconds, cursorColor: dark ? '#fff' : '#111',
      splitChannels: colours.map((c) => ({ waveColor: `${c}99`, progressColor: c })),
    })
    w.on('play', () => setOn(true))
    w.on('pause', () => setOn(false))
    w.on('timeupdate', setAt)
    setPlayer(w)
    return () => {
      w.destroy()
      setPlayer(undefined)
    }
  }, [data, dark, recording])
  useEffect(() => player?.setPlaybackRate(speed, true), [player, speed])
  if (error) return <ErrorState error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  const seek = (by: number) => player?.setTime(Math.min(data.seconds, Math.max(0, player.getCurrentTime() + by)))
  return (
    <div>
      <div
        ref={place} role="slider" tabIndex={0} aria-label={t('ui.position')} aria-valuemin={0} aria-valuemax={Math.round(data.seconds)} aria-valuenow={Math.round(at)}
        aria-valuetext={length(at)} onKeyDown={(e) => {
          if (e.key === 'ArrowLeft') seek(-5)
          else if (e.key === 'ArrowRight') seek(5)
          else if (e.key === ' ') void player?.playPause()
          else return
          e.preventDefault()
        }}
      />
      <Space wrap style={{ marginTop: 8 }}>
        <Button icon={on ? <PauseOutlined /> : <CaretRightOutlined />} onClick={() => void player?.playPause()}>{on ? t('ui.stop') : t('ui.play')}</Button>
        <Segmented value={speed} onChange={setSpeed} options={speeds.map((s) => ({ value: s, label: `${s}×` }))} aria-label={t('ui.speed')} />
        <span className="number">{length(at)} / {length(data.seconds)}</span>
        <span className="faint">{t('ui.sides')}</span>
      </Space>
    </div>
  )
}

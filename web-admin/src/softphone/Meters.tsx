import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Level } from './levels'
import { phone } from './phone'

/** How loud one speaks, and how loud the other side is. */
export function Meters() {
  const { t } = useTranslation()
  const [loud, setLoud] = useState({ mine: 0, theirs: 0 })
  useEffect(() => {
    const kept = new Map<string, { stream: MediaStream; level: Level }>()
    const measure = (side: 'mine' | 'theirs') => {
      const stream = phone.sounds()?.[side]
      const old = kept.get(side)
      if (old && old.stream !== stream) {
        old.level.close()
        kept.delete(side)
      }
      if (!stream?.getAudioTracks().length) return 0
      if (!kept.has(side)) kept.set(side, { stream, level: new Level(stream) })
      return kept.get(side)!.level.now()
    }
    const timer = setInterval(() => setLoud({ mine: measure('mine'), theirs: measure('theirs') }), 200)
    return () => {
      clearInterval(timer)
      kept.forEach((k) => k.level.close())
    }
  }, [])
  return (
    <span className="meters">
      <Bar label={t('softphone.mine')} value={loud.mine} />
      <Bar label={t('softphone.theirs')} value={loud.theirs} />
    </span>
  )
}

/** One level, from 0 to 1. */
export function Bar({ label, value }: { label: string; value: number }) {
  return <meter className="level" aria-label={label} title={label} min={0} max={1} value={value} />
}

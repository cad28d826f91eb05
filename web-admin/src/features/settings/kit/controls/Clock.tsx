import { Input } from 'antd'
import { useState } from 'react'

import type { Control } from './kinds'

/** "8", "830" and "8:30" are times of day, too; what is none stays as it was typed. */
export function clockOf(text: string): string {
  const m = /^(\d{1,2})(?:[:：.]?(\d{2}))?$/.exec(text.trim())
  if (!m) return text.trim()
  const hour = Number(m[1])
  const minute = Number(m[2] ?? 0)
  if (hour > 24 || minute > 59 || (hour === 24 && minute > 0)) return text.trim()
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

/** A time of day up to 24:00. */
export function Clock({ id, value, onChange, disabled, label }: Control<string>) {
  const [typed, setTyped] = useState<string>()
  const done = () => {
    if (typed !== undefined) onChange?.(clockOf(typed))
    setTyped(undefined)
  }
  return (
    <Input
      id={id} className="number clock" placeholder="00:00" maxLength={5} inputMode="numeric" aria-label={label} disabled={disabled}
      value={typed ?? value ?? ''} onChange={(e) => setTyped(e.target.value)} onBlur={done} onPressEnter={done}
    />
  )
}

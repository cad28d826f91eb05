import { DatePicker } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'

import type { Control } from './kinds'

const written = 'YYYY-MM-DD'

/** One day. */
export function Day({ id, value, onChange, disabled, label }: Control<string>) {
  return (
    <DatePicker
      id={id} aria-label={label} disabled={disabled} style={{ width: '100%' }} value={value ? dayjs(value) : null}
      onChange={(d: Dayjs | null) => onChange?.(d ? d.format(written) : undefined)}
    />
  )
}

/** Several days, in their order. */
export function Days({ id, value = [], onChange, disabled, label }: Control<string[]>) {
  return (
    <DatePicker
      id={id} multiple maxTagCount="responsive" aria-label={label} disabled={disabled} style={{ width: '100%' }} value={value.map((d) => dayjs(d))}
      onChange={(list) => onChange?.(((list ?? []) as unknown as Dayjs[]).map((d) => d.format(written)).sort())}
    />
  )
}

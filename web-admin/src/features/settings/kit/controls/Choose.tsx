import { AutoComplete, Select } from 'antd'

import type { Source } from '../field'
import { type Option, useOptions } from '../options'
import type { Control } from './kinds'

const matches = (text: string, o?: Option) => (o?.label ?? '').toLowerCase().includes(text.toLowerCase())
const search = { filterOption: matches, optionFilterProp: 'label' }

/** One of what stands elsewhere in the settings. What is not there any more is shown by its id. */
export function Ref({ source, free, standard, ...c }: Control<string> & { source: Source; free?: boolean; standard?: string }) {
  const options = useOptions(source)
  if (free) {
    return <AutoComplete id={c.id} aria-label={c.label} disabled={c.disabled} placeholder={standard} options={options} value={c.value ?? ''} onChange={(v: string) => c.onChange?.(v)} />
  }
  return (
    <Select<string, Option>
      id={c.id} aria-label={c.label} disabled={c.disabled} placeholder={standard} options={options} value={c.value || undefined} allowClear showSearch={search}
      onChange={(v) => c.onChange?.(v ?? '')}
    />
  )
}

/** Several of them, in the order in which they were chosen. */
export function Refs({ source, free, standard, ...c }: Control<string[]> & { source: Source; free?: boolean; standard?: string }) {
  const options = useOptions(source)
  return (
    <Select<string[], Option>
      id={c.id} aria-label={c.label} mode={free ? 'tags' : 'multiple'} disabled={c.disabled} placeholder={standard} options={options} value={c.value ?? []} showSearch={search}
      tokenSeparators={free ? [',', '，'] : undefined} onChange={(v) => c.onChange?.(v)}
    />
  )
}

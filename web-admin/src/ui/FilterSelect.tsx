import { Select } from 'antd'

/** One thing that a list is filtered by. */
export function FilterSelect({ label, value, options, onChange, width = 140 }: {
  label: string
  value?: string
  options: { value: string; label: string }[]
  onChange: (v: string | undefined) => void
  width?: number
}) {
  return <Select allowClear value={value} placeholder={label} aria-label={label} style={{ width }} options={options} onChange={(v?: string) => onChange(v)} />
}

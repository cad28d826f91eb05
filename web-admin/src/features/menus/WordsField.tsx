import { DeleteOutlined, DownOutlined, PlusOutlined, UpOutlined } from '@ant-design/icons'
import { Button, Input, Select, Space } from 'antd'
import { useTranslation } from 'react-i18next'

import { useOptions } from '@/features/settings/kit/options'
import type { Words } from './model'

const forms = ['recording', 'number', 'digits', 'position', 'duration_seconds'] as const
type Form = (typeof forms)[number]

const formOf = (w: Words): Form => (typeof w === 'string' ? 'recording' : (forms.find((f) => f in w) ?? 'recording'))
const textOf = (w: Words): string => (typeof w === 'string' ? w : String(w[formOf(w) as keyof typeof w] ?? ''))
const wordsOf = (form: Form, text: string): Words => (form === 'recording' ? text : ({ [form]: text } as Words))

/** What is spoken, one after the other: recordings, and values such as the place in the queue. */
export function WordsField({ value, onChange, label }: { value: Words[]; onChange: (v: Words[]) => void; label: string }) {
  const { t } = useTranslation()
  const prompts = useOptions('prompts')
  const put = (i: number, w: Words) => onChange(value.with(i, w))
  const move = (i: number, by: number) => {
    const next = value.toSpliced(i, 1)
    onChange(next.toSpliced(i + by, 0, value[i]!))
  }
  return (
    <div role="group" aria-label={label}>
      {value.map((w, i) => {
        const form = formOf(w)
        return (
          <Space key={i} wrap size={4} style={{ marginBottom: 4 }}>
            <Select value={form} aria-label={t('menus.spokenAs')} style={{ width: 96 }} options={forms.map((f) => ({ value: f, label: t(`menus.words.${f}`) }))} onChange={(f: Form) => put(i, wordsOf(f, textOf(w)))} />
            {form === 'recording'
              ? <Select showSearch={{ optionFilterProp: 'label' }} value={textOf(w) || undefined} aria-label={t('menus.words.recording')} style={{ width: 190 }} options={prompts} onChange={(v: string) => put(i, v)} />
              : <Input value={textOf(w)} aria-label={t('menus.value')} style={{ width: 190 }} placeholder="$position" onChange={(e) => put(i, wordsOf(form, e.target.value))} />}
            <Button type="text" size="small" icon={<UpOutlined />} disabled={i === 0} aria-label={t('menus.earlier')} onClick={() => move(i, -1)} />
            <Button type="text" size="small" icon={<DownOutlined />} disabled={i === value.length - 1} aria-label={t('menus.later')} onClick={() => move(i, 1)} />
            <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('menus.removeWords')} onClick={() => onChange(value.toSpliced(i, 1))} />
          </Space>
        )
      })}
      <Button icon={<PlusOutlined />} onClick={() => onChange([...value, ''])}>{t('menus.addWords')}</Button>
    </div>
  )
}

import { ConfigProvider, Input, InputNumber, Select, Switch } from 'antd'
import { useTranslation } from 'react-i18next'

import { Ref, Refs } from './controls/Choose'
import { Clock } from './controls/Clock'
import { Day, Days } from './controls/Days'
import type { Control } from './controls/kinds'
import { MapField } from './controls/MapField'
import { Span, Spans } from './controls/Span'
import { type Place, TargetField } from './controls/TargetField'
import { type Hours, Week } from './controls/Week'
import type { Field } from './field'
import { useWords } from './words'

/** The control for one field, as a form fills it in. */
export function FieldInput({ field: f, schema, ...c }: Control<never> & { field: Field; schema: string }) {
  const { t } = useTranslation()
  const { choice, standardOf, label } = useWords()
  const { componentDisabled } = ConfigProvider.useConfig()
  const any = { ...c, disabled: c.disabled ?? componentDisabled, label: label(schema, f.name) } as Control<unknown>
  const standard = standardOf(schema, f)
  switch (f.kind) {
    case 'text':
      return <Input {...plain<string>(any)} placeholder={standard} inputMode={f.digits ? 'numeric' : undefined} className={f.digits || f.pattern ? 'number' : undefined} onChange={(e) => any.onChange?.(e.target.value)} />
    case 'note':
      return <Input.TextArea {...plain<string>(any)} placeholder={standard} autoSize={{ minRows: 2, maxRows: 8 }} onChange={(e) => any.onChange?.(e.target.value)} />
    case 'secret':
      return <Input.Password {...plain<string>(any)} placeholder={f.fresh ? t('settings.secretFresh') : t('settings.secretSame')} autoComplete="new-password" onChange={(e) => any.onChange?.(e.target.value)} />
    case 'number':
      return (
        <InputNumber<number>
          {...plain<number>(any)} min={f.min} max={f.max} precision={f.fraction ? undefined : 0} placeholder={standard} style={{ width: '100%' }}
          suffix={f.unit && <span className="faint">{t(`settings.unit.${f.unit}`)}</span>} onChange={(n) => any.onChange?.(n ?? undefined)}
        />
      )
    case 'span':
      return <Span {...(any as Control<number>)} base={f.in} standard={standard} />
    case 'spans':
      return <Spans {...(any as Control<number[]>)} />
    case 'switch':
      return <Switch id={any.id} disabled={any.disabled} checked={(any.value as boolean | undefined) ?? f.standard === 1} onChange={any.onChange} />
    case 'choice':
      return (
        <Select<string>
          {...plain<string>(any)} placeholder={standard} allowClear={!f.required} value={(any.value as string) || undefined}
          options={f.of.map((v) => ({ value: v, label: choice(schema, f, v) }))} onChange={(v) => any.onChange?.(v ?? '')}
        />
      )
    case 'choices':
      return (
        <Select<string[]>
          {...plain<string[]>(any)} mode={f.free ? 'tags' : 'multiple'} placeholder={standard} options={f.of.map((v) => ({ value: v, label: choice(schema, f, v) }))}
          optionFilterProp="label" onChange={any.onChange}
        />
      )
    case 'ref':
      return <Ref {...(any as Control<string>)} source={f.source} free={f.free} standard={standard} />
    case 'refs':
      return <Refs {...(any as Control<string[]>)} source={f.source} free={f.free} standard={standard} />
    case 'tags':
      return <Select<string[]> {...plain<string[]>(any)} mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', '，']} placeholder={standard || t('settings.tagsHint')} onChange={any.onChange} />
    case 'target':
      return <TargetField {...(any as Control<Place>)} required={f.required} />
    case 'date':
      return <Day {...(any as Control<string>)} />
    case 'dates':
      return <Days {...(any as Control<string[]>)} />
    case 'clock':
      return <Clock {...(any as Control<string>)} />
    case 'week':
      return <Week {...(any as Control<Hours>)} />
    case 'map':
      return <MapField {...(any as Control<Record<string, unknown>>)} name={f.key} of={f.of} />
    default:
      return null // objects and lists are made of fields themselves
  }
}

/** What all plain controls take; their label is that of the form's item. */
const plain = <T,>({ id, value, disabled }: Control<unknown>) => ({ id, value: value as T, disabled })

import { Form } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Field, Path } from './field'
import { FieldInput } from './Input'
import { ListField } from './ListField'
import { useWords } from './words'

interface Props {
  field: Field
  schema: string
  /** Where the document that has the field is, from the top of the form. */
  at: Path
  /** The same, from the list that it is in. */
  near: Path
  /** The document is there already, so that what names it stays. */
  old?: boolean
}

/** One field of a form: its name, its control, what it means, and what is wrong with it. */
export function FieldItem(p: Props) {
  if (p.field.atFirst && p.old) return null
  return p.field.when ? <Sometimes {...p} when={p.field.when} /> : <Always {...p} />
}

function Sometimes({ when, ...p }: Props & { when: (beside: Record<string, unknown>) => boolean }) {
  const form = Form.useFormInstance()
  const beside = Form.useWatch((all) => p.at.reduce<unknown>((v, k) => (v as Record<string, unknown> | undefined)?.[k], all), { form, preserve: true })
  return when((beside as Record<string, unknown> | undefined) ?? {}) ? <Always {...p} /> : null
}

const broad = new Set(['week', 'map', 'note'])

function Always({ field: f, schema, at, near, old }: Props) {
  const { t } = useTranslation()
  const { label, help } = useWords()
  const name = label(schema, f.name)
  if (f.kind === 'object') {
    const rows = f.fields.map((g) => <FieldItem key={g.name} field={g} schema={f.schema} at={[...at, f.name]} near={[...near, f.name]} old={old} />)
    return (
      <fieldset className="wide group">
        <legend>{name}</legend>
        {help(schema, f.name) && <p className="faint">{help(schema, f.name)}</p>}
        <div className="fields">{rows}</div>
      </fieldset>
    )
  }
  if (f.kind === 'list') return <ListField field={f} schema={schema} at={at} near={near} />
  return (
    <Form.Item
      name={[...near, f.name]} label={name} extra={help(schema, f.name) || undefined} className={f.wide || broad.has(f.kind) ? 'wide' : undefined}
      rules={f.required ? [{ required: true, message: t('ui.required') }] : undefined}
    >
      <FieldInput field={f} schema={schema} disabled={f.kind === 'text' && f.fixed && old ? true : undefined} />
    </Form.Item>
  )
}

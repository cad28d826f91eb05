import { useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { Alert, App, Button, ConfigProvider, Form, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Problem } from '@/api/problem'
import { keep, oneQuery } from './box'
import { Conflict } from './Conflict'
import { clean, same } from './difference'
import { Faults } from './Faults'
import { FieldItem } from './FieldItem'
import { fieldsOf, type Item, type Kind, type Value } from './kind'
import { place, show } from './problems'

interface Props {
  kind: Kind
  /** What is changed; absent: a new one is made. */
  item?: Item
  /** What a new one begins with. */
  initial?: Value
  readOnly?: boolean
  onDone: (kept: Item) => void
  onCancel: () => void
}

const copy = (v: unknown) => structuredClone(v) as Value

/** The form of one document: written from its description, kept with the tag that was read. */
export function DocumentForm({ kind, item, initial, readOnly = false, onDone, onCancel }: Props) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [form] = Form.useForm()
  const [base, setBase] = useState(item)
  const start = useMemo(() => copy(base?.value ?? initial ?? {}), [base, initial])
  const [dirty, setDirty] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<{ text: string; rest: Problem['fields'] }>()
  const [theirs, setTheirs] = useState<Item>()
  const leave = useBlocker({ shouldBlockFn: () => dirty && !busy, enableBeforeUnload: () => dirty, withResolver: true })

  const values = () => (clean(form.getFieldsValue(true)) ?? {}) as Value
  const save = async (value: Value, was = base) => {
    setBusy(true)
    setProblem(undefined)
    try {
      const kept = await keep(kind, value, was)
      setDirty(false)
      setTheirs(undefined)
      void client.invalidateQueries({ queryKey: [kind.plain ? kind.url : 'settings'] })
      void message.success(t('settings.saved'))
      onDone(kept)
    } catch (e) {
      await refused(e)
    } finally {
      setBusy(false)
    }
  }
  const refused = async (e: unknown) => {
    if (e instanceof Problem && e.status === 412 && base) {
      const now = await client.fetchQuery<Item>({ ...oneQuery(kind, base.id), staleTime: 0 }).catch(() => undefined)
      if (now) return setTheirs(now)
    }
    if (!(e instanceof Problem)) throw e
    const named = fieldsOf(kind).find((f) => f.kind === 'text' && f.fixed)
    if (e.code === 'settings.taken' && named) {
      form.setFields([{ name: named.name, errors: [e.message] }])
      return show(form, [named.name])
    }
    setProblem({ text: e.message, rest: place(form, e) })
  }
  /** Goes on from what the box has now. */
  const adopt = (now: Item, value: Value) => {
    setBase(now)
    setTheirs(undefined)
    form.setFieldsValue(copy(value))
    setDirty(!same(clean(value), clean(now.value)))
  }
  return (
    <ConfigProvider componentDisabled={readOnly || busy}>
      <Form
        form={form} name="doc" layout="vertical" initialValues={start} className="document" scrollToFirstError={{ block: 'center' }}
        onValuesChange={() => setDirty(!same(values(), clean(start)))} onFinish={() => void save(values())}
        onFinishFailed={(f) => f.errorFields[0] && show(form, f.errorFields[0].name as (string | number)[])}
      >
        {problem && (
          <Alert
            type="error" showIcon closable className="document-problem" title={problem.text} onClose={() => setProblem(undefined)}
            description={problem.rest.length > 0 && <Faults list={problem.rest} said={problem.text} />}
          />
        )}
        {kind.sections.map((s) => {
          const [only] = s.fields
          // A section that is one object needs no frame in the frame.
          const inner = s.fields.length === 1 && only?.kind === 'object' ? { schema: only.schema, fields: only.fields, at: [only.name] } : { schema: kind.schema, fields: s.fields, at: [] }
          const rows = <div className="fields">{inner.fields.map((f) => <FieldItem key={f.name} field={f} schema={inner.schema} at={inner.at} near={inner.at} old={item !== undefined} />)}</div>
          if (kind.sections.length === 1) return <section key={s.key} className="card">{rows}</section>
          const title = t(`settings.sections.${s.key}`)
          return s.folded ? (
            <details key={s.key} className="card"><summary>{title}</summary>{rows}</details>
          ) : (
            <section key={s.key} className="card" aria-label={title}><h2>{title}</h2>{rows}</section>
          )
        })}
        {!readOnly && (
          <div className="save-bar">
            <span className="faint" role="status">{dirty ? t('settings.unsaved') : ''}</span>
            <Button onClick={onCancel} disabled={busy}>{t('settings.cancel')}</Button>
            <Button type="primary" htmlType="submit" loading={busy} disabled={item !== undefined && !dirty}>{t('settings.save')}</Button>
          </div>
        )}
      </Form>
      {theirs && base && (
        <ConfigProvider componentDisabled={busy}>
          <Conflict
            kind={kind} base={base.value} mine={values()} theirs={theirs} onCancel={() => setTheirs(undefined)}
            onTheirs={() => adopt(theirs, theirs.value)}
            onBoth={(both) => {
              adopt(theirs, both)
              void save(both, theirs)
            }}
          />
        </ConfigProvider>
      )}
      <Modal
        open={leave.status === 'blocked'} title={t('settings.leaveTitle')} okText={t('settings.leave')} cancelText={t('settings.stay')} okButtonProps={{ danger: true }}
        onOk={() => leave.proceed?.()} onCancel={() => leave.reset?.()}
      >
        {t('settings.leaveText')}
      </Modal>
    </ConfigProvider>
  )
}

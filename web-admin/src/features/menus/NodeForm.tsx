import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, InputNumber, Select, Space, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useOptions } from '@/features/settings/kit/options'
import { connect, type Field, type Flow, keypad, kinds, type Node, type Problem, rename, update, waysOf } from './model'
import { usePort } from './names'
import { Told } from './Problems'
import { WordsField } from './WordsField'

interface Props {
  flow: Flow
  name: string
  problems: Problem[]
  readOnly: boolean
  onChange: (f: Flow) => void
  onChoose: (name: string) => void
  onRemove: () => void
}

/** What a node says and does, and where it leads. */
export function NodeForm({ flow, name, problems, readOnly, onChange, onChoose, onRemove }: Props) {
  const { t } = useTranslation()
  const n = flow.nodes[name]!
  const [title, setTitle] = useState(name)
  const set = (change: Partial<Node>) => onChange(update(flow, name, change))
  const taken = title !== name && title in flow.nodes
  const renamed = () => {
    const to = title.trim()
    if (to === name || to === '' || taken) return setTitle(name)
    onChange(rename(flow, name, to))
    onChoose(to)
  }
  return (
    <section className="card" aria-label={t('menus.properties')}>
      <h2>{t(`menus.kinds.${n.kind}`, n.kind)} {name === flow.entry && <span className="led good">{t('menus.entry')}</span>}</h2>
      <Form layout="vertical" size="small" disabled={readOnly}>
        <Form.Item label={t('menus.nodeName')} htmlFor="node-name" validateStatus={taken ? 'error' : undefined} help={taken ? t('menus.taken') : undefined}>
          <Input id="node-name" value={title} onChange={(e) => setTitle(e.target.value)} onBlur={renamed} onPressEnter={renamed} maxLength={64} />
        </Form.Item>
        {(kinds[n.kind]?.fields ?? []).map((f) => <NodeField key={f.name} field={f} node={n} onChange={set} />)}
        {n.kind === 'branch' && <Cases node={n} onChange={set} />}
        <Ways flow={flow} name={name} onChange={onChange} />
      </Form>
      {problems.length > 0 && <ul className="rows">{problems.map((p, i) => <li key={i}><span className={`led ${p.warning ? 'warn' : 'bad'}`}><Told problem={p} /></span></li>)}</ul>}
      {!readOnly && (
        <Space style={{ marginTop: 8 }}>
          {name !== flow.entry && <Button size="small" onClick={() => onChange({ ...flow, entry: name })}>{t('menus.makeEntry')}</Button>}
          <Button size="small" danger icon={<DeleteOutlined />} onClick={onRemove}>{t('menus.remove')}</Button>
        </Space>
      )}
    </section>
  )
}

const sources = { queues: 'queues', calendars: 'calendars', flows: 'flows', numbers: 'numbers', 'voicemail-boxes': 'voicemail-boxes', skills: 'skills' } as const
type Source = keyof typeof sources

function NodeField({ field, node, onChange }: { field: Field; node: Node; onChange: (change: Partial<Node>) => void }) {
  const { t } = useTranslation()
  const id = `node-${field.name}`
  const label = t(`menus.fields.${field.name}`)
  const value = node[field.name]
  const put = (v: unknown) => onChange({ [field.name]: v === '' || v === null || v === false || (Array.isArray(v) && v.length === 0) ? undefined : v } as Partial<Node>)
  switch (field.input) {
    case 'words': return <Form.Item label={label}><WordsField value={(value as Node['say']) ?? []} onChange={put} label={label} /></Form.Item>
    case 'number': return <Form.Item label={label} htmlFor={id}><InputNumber id={id} min={0} max={99} value={value as number | undefined} onChange={put} placeholder={t(`menus.defaults.${field.name}`, '')} /></Form.Item>
    case 'switch': return <Form.Item label={label} htmlFor={id}><Switch id={id} checked={value === true} onChange={put} /></Form.Item>
    case 'language': return <Choice id={id} label={label} value={value as string} onChange={put} options={['zh-CN', 'en'].map((v) => ({ value: v, label: t(`menus.languages.${v}`) }))} />
    case 'by': return <Choice id={id} label={label} value={value as string} onChange={put} options={['phone', 'plate'].map((v) => ({ value: v, label: t(`menus.by.${v}`) }))} clear={t('menus.by.either')} />
    case 'cause': return <Choice id={id} label={label} value={value as string} onChange={put} options={['user_busy', 'call_rejected', 'no_answer'].map((v) => ({ value: v, label: t(`menus.causes.${v}`) }))} clear={t('menus.causes.normal')} />
    case 'values': return <Values node={node} label={label} onChange={onChange} />
    case 'text': return <Form.Item label={label} htmlFor={id} extra={field.name === 'number' ? t('menus.variableHint') : undefined}><Input id={id} value={(value as string | undefined) ?? ''} onChange={(e) => put(e.target.value)} maxLength={200} /></Form.Item>
    default: return <Sourced id={id} label={label} source={field.input} value={value as string | string[] | undefined} onChange={put} />
  }
}

function Choice({ id, label, value, onChange, options, clear }: { id: string; label: string; value?: string; onChange: (v?: string) => void; options: { value: string; label: string }[]; clear?: string }) {
  return <Form.Item label={label} htmlFor={id}><Select id={id} value={value || undefined} onChange={onChange} options={options} allowClear={clear !== undefined} placeholder={clear} /></Form.Item>
}

/** A choice among what is set elsewhere; a name that is not there yet may be typed, and the check says so. */
function Sourced({ id, label, source, value, onChange }: { id: string; label: string; source: Source; value?: string | string[]; onChange: (v: unknown) => void }) {
  const options = useOptions(sources[source])
  const many = source === 'skills'
  return (
    <Form.Item label={label} htmlFor={id}>
      {many
        ? <Select id={id} mode="tags" value={(value as string[] | undefined) ?? []} onChange={onChange} options={options} />
        : <Select id={id} showSearch={{ optionFilterProp: 'label' }} allowClear value={(value as string | undefined) || undefined} onChange={onChange} options={options} />}
    </Form.Item>
  )
}

/** Where the node leads: a key for each of a menu's ways, and what happens when none is pressed. */
function Ways({ flow, name, onChange }: { flow: Flow; name: string; onChange: (f: Flow) => void }) {
  const { t } = useTranslation()
  const port = usePort()
  const n = flow.nodes[name]!
  const to = Object.keys(flow.nodes).map((v) => ({ value: v, label: v }))
  const free = [...keypad].filter((k) => !(k in (n.keys ?? {})))
  const ways = waysOf(name, n).filter((e) => !e.port.startsWith('cases.'))
  return (
    <>
      {ways.map((e) => (
        <Form.Item key={e.port} label={port(n, e.port)} htmlFor={`way-${e.port}`}>
          <Select id={`way-${e.port}`} showSearch allowClear value={e.to || undefined} placeholder={t('menus.open')} options={to} onChange={(v?: string) => onChange(connect(flow, name, e.port, v ?? ''))} />
        </Form.Item>
      ))}
      {n.kind === 'menu' && free.length > 0 && (
        <Form.Item label={t('menus.addKey')} htmlFor="add-key">
          <Select id="add-key" value={null} placeholder={t('menus.chooseKey')} options={free.map((k) => ({ value: k, label: t('menus.ports.key', { key: k }) }))} onChange={(k: string | null) => k && onChange(connect(flow, name, `keys.${k}`, flow.entry))} />
        </Form.Item>
      )}
    </>
  )
}

/** Variables that are set, by name. */
function Values({ node, label, onChange }: { node: Node; label: string; onChange: (change: Partial<Node>) => void }) {
  const { t } = useTranslation()
  const list = Object.entries(node.values ?? {})
  const put = (next: [string, string][]) => onChange({ values: Object.fromEntries(next) })
  return (
    <Form.Item label={label}>
      {list.map(([k, v], i) => (
        <Space key={i} style={{ marginBottom: 4 }}>
          <Input value={k} aria-label={t('menus.variable')} onChange={(e) => put(list.with(i, [e.target.value, v]))} />
          <Input value={v} aria-label={t('menus.value')} onChange={(e) => put(list.with(i, [k, e.target.value]))} />
          <Button type="text" icon={<DeleteOutlined />} aria-label={t('menus.removeValue', { name: k })} onClick={() => put(list.toSpliced(i, 1))} />
        </Space>
      ))}
      <Button icon={<PlusOutlined />} onClick={() => put([...list, ['', '']])}>{t('menus.addValue')}</Button>
    </Form.Item>
  )
}

const comparisons = ['equals', 'not_equals', 'set', 'empty', 'at_least']
const variables = ['vip', 'known', 'customer', 'open_tickets', 'ticket_owner', 'language', 'caller', 'dialed', 'trunk', 'withheld']

/** The conditions of a branch, the first that holds counts. */
function Cases({ node, onChange }: { node: Node; onChange: (change: Partial<Node>) => void }) {
  const { t } = useTranslation()
  const list = node.cases ?? []
  const put = (i: number, change: Partial<(typeof list)[number]>) => onChange({ cases: list.with(i, { ...list[i]!, ...change }) })
  return (
    <Form.Item label={t('menus.fields.cases')}>
      {list.map((c, i) => (
        <Space key={i} wrap style={{ marginBottom: 4 }}>
          <Select showSearch value={c.variable} aria-label={t('menus.variable')} style={{ width: 130 }} onChange={(variable) => put(i, { variable })} options={[...new Set([...variables, c.variable])].map((v) => ({ value: v, label: t(`menus.variables.${v}`, v) }))} />
          <Select value={c.is} aria-label={t('menus.condition')} style={{ width: 100 }} onChange={(is) => put(i, { is })} options={comparisons.map((v) => ({ value: v, label: t(`menus.is.${v}`) }))} />
          {c.is !== 'set' && c.is !== 'empty' && <Input value={c.value ?? ''} aria-label={t('menus.value')} style={{ width: 90 }} onChange={(e) => put(i, { value: e.target.value })} />}
          <NextOf value={c.next} onChange={(next) => put(i, { next })} />
          <Button type="text" icon={<DeleteOutlined />} aria-label={t('menus.removeCase')} onClick={() => onChange({ cases: list.toSpliced(i, 1) })} />
        </Space>
      ))}
      <Button icon={<PlusOutlined />} onClick={() => onChange({ cases: [...list, { variable: 'vip', is: 'set', next: '' }] })}>{t('menus.addCase')}</Button>
    </Form.Item>
  )
}

function NextOf({ value, onChange }: { value: string; onChange: (v: string) => void }) {
  const { t } = useTranslation()
  return <Input value={value} aria-label={t('menus.leadsTo')} placeholder={t('menus.leadsTo')} style={{ width: 110 }} onChange={(e) => onChange(e.target.value)} />
}

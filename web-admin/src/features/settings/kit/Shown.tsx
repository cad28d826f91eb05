import { CheckOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Field, Source } from './field'
import { useOptions } from './options'
import { say, useWords } from './words'

/** A value in a list. */
export function Shown({ field: f, schema, value }: { field: Field; schema: string; value: unknown }) {
  const { t } = useTranslation()
  const words = useWords()
  if (value === undefined || value === null || value === '') return null
  switch (f.kind) {
    case 'switch':
      return value ? <CheckOutlined aria-label={t('settings.yes')} /> : null
    case 'ref':
      return <Named source={f.source} ids={[String(value)]} />
    case 'refs':
      return <Named source={f.source} ids={value as string[]} />
    case 'target':
      return <TargetShown value={value as { kind: string; name?: string }} />
    case 'map':
      return <>{Object.entries(value as Record<string, unknown>).map(([k, v]) => <Tag key={k}>{k} {say(words, v)}</Tag>)}</>
    case 'tags':
    case 'dates':
      return <>{(value as string[]).map((v) => <Tag key={v}>{v}</Tag>)}</>
    case 'number':
    case 'span':
    case 'clock':
      return <span className="number">{say(words, value, f, schema)}</span>
    default:
      return <>{say(words, value, f, schema)}</>
  }
}

/** What ids stand for; three at most, and how many more there are. */
function Named({ source, ids }: { source: Source; ids: string[] }) {
  const options = useOptions(source)
  const name = (id: string) => options.find((o) => o.value === id)?.label ?? id
  return <>{ids.slice(0, 3).map(name).join('、')}{ids.length > 3 && ` +${ids.length - 3}`}</>
}

const sources: Record<string, Source> = { menu: 'flows', queue: 'queues', extension: 'numbers', voicemail: 'voicemail-boxes', conference: 'conference-rooms' }

/** A place that calls are led to, in words. */
export function TargetShown({ value }: { value?: { kind: string; name?: string } }) {
  const { t } = useTranslation()
  if (!value?.kind) return null
  const source = sources[value.kind]
  return <>{t(`settings.target.${value.kind}`)} {source ? <Named source={source} ids={[value.name ?? '']} /> : value.name}</>
}

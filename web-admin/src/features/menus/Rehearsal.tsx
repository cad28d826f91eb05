import { useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Input, Select, Space } from 'antd'
import type { Dayjs } from 'dayjs'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { ErrorState, Loading } from '@/ui/states'
import { keypad } from './model'

interface Props {
  id: string
  /** The draft is not kept yet. */
  busy: boolean
  /** The nodes of this menu that the call came to. */
  onHeard: (nodes: string[]) => void
  onChoose: (node: string) => void
}

/** Plays a caller: keys are pressed, and the box says which way the call takes, by the interpreter that runs calls. */
export function Rehearsal({ id, busy, onHeard, onChoose }: Props) {
  const { t } = useTranslation()
  const [acts, setActs] = useState<string[]>([])
  const [at, setAt] = useState<Dayjs | null>(null)
  const [number, setNumber] = useState('')
  const [language, setLanguage] = useState<string>()
  const { data, error, refetch } = useQuery({
    queryKey: ['menu', id, 'check', 'rehearsal', acts, at?.toISOString(), number, language], enabled: !busy, placeholderData: (old) => old,
    queryFn: () => take(api.POST('/api/v1/settings/flows/{id}/rehearse', { params: { path: { id } }, body: { acts, at: at?.toISOString(), number: number || undefined, language } })),
  })
  useEffect(() => {
    onHeard((data?.scenes ?? []).filter((s) => s.node.startsWith(`${id}/`)).map((s) => s.node.slice(id.length + 1)))
  }, [data, id, onHeard])
  useEffect(() => () => onHeard([]), [onHeard])
  const act = (a: string) => setActs((list) => [...list, a])
  if (error) return <ErrorState error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div>
      <Space wrap style={{ marginBottom: 8 }}>
        <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" value={at} onChange={setAt} placeholder={t('menus.now')} aria-label={t('menus.when')} />
        <Input value={number} onChange={(e) => setNumber(e.target.value)} placeholder={t('menus.caller')} aria-label={t('menus.caller')} style={{ width: 140 }} />
        <Select allowClear value={language} onChange={setLanguage} placeholder={t('menus.language')} aria-label={t('menus.language')} style={{ width: 120 }} options={['zh-CN', 'en'].map((v) => ({ value: v, label: t(`menus.languages.${v}`) }))} />
      </Space>
      <div className="keypad" role="group" aria-label={t('menus.keypad')}>
        {[...keypad].map((k) => <Button key={k} disabled={data.waits !== 'key'} onClick={() => act(k)} aria-label={t('menus.ports.key', { key: k })}>{k}</Button>)}
      </div>
      <Space wrap style={{ margin: '8px 0' }}>
        <Button disabled={data.waits !== 'key'} onClick={() => act('wait')}>{t('menus.wait')}</Button>
        <Button disabled={data.waits !== 'answer'} onClick={() => act('not_reached')}>{t('menus.notReached')}</Button>
        <Button disabled={acts.length === 0} onClick={() => setActs(acts.slice(0, -1))}>{t('menus.back')}</Button>
        <Button disabled={acts.length === 0} onClick={() => setActs([])}>{t('menus.anew')}</Button>
      </Space>
      <ol className="story" aria-live="polite">
        {data.scenes.map((s, i) => <Scene key={i} scene={s} id={id} onChoose={onChoose} />)}
        {data.goes && <li><strong>→ {data.goes}</strong></li>}
        {data.waits === 'key' && <li className="faint">{t('menus.waitsForKey')}</li>}
      </ol>
    </div>
  )
}

function Scene({ scene: s, id, onChoose }: { scene: Schemas['FlowScene']; id: string; onChoose: (node: string) => void }) {
  const { t } = useTranslation()
  const mine = s.node.startsWith(`${id}/`)
  const heard = (s.heard ?? []).map((p) => p.id ?? p.digits ?? (p.n !== undefined ? String(p.n) : '')).filter(Boolean)
  return (
    <li>
      {s.key && <kbd>{s.key}</kbd>} {mine ? <button type="button" className="menu-way" onClick={() => onChoose(s.node.slice(id.length + 1))}>{s.node.slice(id.length + 1)}</button> : s.node}
      {heard.length > 0 && <span className="faint"> “{heard.join('、')}”</span>} {s.language && <span className="faint">{t(`menus.languages.${s.language}`, s.language)}</span>}
    </li>
  )
}

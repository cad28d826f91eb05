import { DownloadOutlined, PauseOutlined, PlayCircleOutlined, UndoOutlined, UploadOutlined } from '@ant-design/icons'
import { App, Button, Tag } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { useSession } from '@/app/session'
import { length } from '@/ui/length'
import type { PromptRow } from './used'

/** One recording in one language: heard, replaced, or put back to what the box came with. */
export function PromptCell({ row, language, onUpload, onChanged }: { row: PromptRow; language: string; onUpload: () => void; onChanged: () => unknown }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const { message, modal } = App.useApp()
  const p = row.by[language]
  const name = `${row.id} · ${t(`settings.language.${language}`)}`
  const revert = () =>
    modal.confirm({
      title: t('prompts.revertTitle', { name }), content: t('prompts.revertText'), okText: t('prompts.revert'), cancelText: t('settings.cancel'), okButtonProps: { danger: true },
      onOk: () => take(api.DELETE('/api/v1/prompts/{language}/{id}', { params: { path: { language, id: row.id } } })).then(onChanged, (e: Problem) => void message.error(e.message)),
    })
  const url = `/api/v1/prompts/${encodeURIComponent(language)}/${encodeURIComponent(row.id)}`
  const upload = may('settings.write') && <Button type="text" size="small" icon={<UploadOutlined />} aria-label={t('prompts.uploadNamed', { name })} title={t('prompts.upload')} onClick={onUpload} />
  if (!p) return <span className="row-tools"><span className={`led ${row.used.length > 0 ? 'warn' : 'off'}`}>{t('prompts.none')}</span>{upload}</span>
  return (
    <span className="row-tools">
      <Listen url={url} name={name} />
      <span className="number">{length(p.seconds)}</span>
      {p.own && <Tag>{t('prompts.ownTag')}</Tag>}
      <a href={url} download={`${row.id}.${language}.wav`} aria-label={t('prompts.saveNamed', { name })} title={t('prompts.save')}><DownloadOutlined /></a>
      {upload}
      {p.own && may('settings.write') && <Button type="text" size="small" icon={<UndoOutlined />} aria-label={t('prompts.revertNamed', { name })} title={t('prompts.revert')} onClick={revert} />}
    </span>
  )
}

/** Plays a sound of the box, and stops it. */
function Listen({ url, name }: { url: string; name: string }) {
  const { t } = useTranslation()
  const audio = useRef<HTMLAudioElement | null>(null)
  const [on, setOn] = useState(false)
  useEffect(() => () => audio.current?.pause(), [])
  const toggle = () => {
    if (on) return audio.current?.pause()
    audio.current = Object.assign(new Audio(url), { onended: () => setOn(false), onpause: () => setOn(false), onplay: () => setOn(true), onerror: () => setOn(false) })
    void audio.current.play().catch(() => setOn(false))
  }
  return <Button size="small" type="text" icon={on ? <PauseOutlined /> : <PlayCircleOutlined />} aria-label={`${on ? t('ui.stop') : t('ui.play')} ${name}`} onClick={toggle} />
}

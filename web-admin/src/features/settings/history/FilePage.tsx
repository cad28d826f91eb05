import { DownloadOutlined, UploadOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Upload } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import '../settings.css'
import { Problem } from '@/api/problem'
import { useSession } from '@/app/session'
import { Faults } from '../kit/Faults'
import { SettingsHeader } from '../pages/SettingsHeader'
import { DiffView } from './DiffView'
import { currentQuery, documentOf, putDocument } from './versions'

/** All settings as one file, and from one: what a file would change is shown before it does. */
export default function FilePage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const { message } = App.useApp()
  const client = useQueryClient()
  const now = useQuery({ ...currentQuery, staleTime: 0, gcTime: 0 })
  const [file, setFile] = useState<{ name: string; document: unknown }>()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const save = async () => {
    const { document: d } = await documentOf()
    const url = URL.createObjectURL(new Blob([JSON.stringify(d, null, 2) + '\n'], { type: 'application/json' }))
    Object.assign(document.createElement('a'), { href: url, download: `settings-${dayjs().format('YYYYMMDD-HHmm')}.json` }).click()
    setTimeout(() => URL.revokeObjectURL(url), 1000)
  }
  const read = async (f: File) => {
    setProblem(undefined)
    try {
      setFile({ name: f.name, document: JSON.parse(await f.text()) as unknown })
      void now.refetch()
    } catch {
      setFile(undefined)
      setProblem(new Problem(0, 'unreadable', t('history.unreadable', { name: f.name })))
    }
  }
  const put = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      const made = await putDocument(file!.document, now.data!.etag)
      await client.invalidateQueries({ queryKey: ['settings'] })
      setFile(undefined)
      void message.success(t('history.imported', { n: made.version }))
    } catch (e) {
      setProblem(e as Problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <SettingsHeader kind="file" />
      <div className="cards">
        <section className="card" aria-label={t('history.export')}>
          <h2 className="section-title">{t('history.export')}</h2>
          <p>{t(may('settings.secrets') ? 'history.exportSecret' : 'history.exportText')}</p>
          <Button icon={<DownloadOutlined />} onClick={() => void save().catch((e: Problem) => void message.error(e.message))}>{t('history.export')}</Button>
        </section>
        {may('settings.write') && (
          <section className="card" aria-label={t('history.import')}>
            <h2 className="section-title">{t('history.import')}</h2>
            <p>{t('history.importText')}</p>
            <Upload accept=".json,application/json" showUploadList={false} beforeUpload={(f) => { void read(f); return false }}>
              <Button icon={<UploadOutlined />}>{t('history.choose')}</Button>
            </Upload>
          </section>
        )}
      </div>
      {problem && (
        <Alert type="error" showIcon style={{ marginTop: 12 }} title={problem.message} description={problem.fields.length > 0 && <Faults list={problem.fields.map((f) => ({ ...f, path: ['settings', ...f.path] }))} said={problem.message} />} />
      )}
      {file && now.data && (
        <section className="card" style={{ marginTop: 12 }} aria-label={file.name}>
          <div className="filters">
            <h2 className="section-title grow">{t('history.fileDiffers', { name: file.name })}</h2>
            <Button onClick={() => setFile(undefined)}>{t('settings.cancel')}</Button>
            <Button type="primary" loading={busy} onClick={() => void put()}>{t('history.putInForce')}</Button>
          </div>
          <DiffView from={now.data.document} to={file.document} />
        </section>
      )}
    </>
  )
}

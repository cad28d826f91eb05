import { InboxOutlined } from '@ant-design/icons'
import { Alert, Form, Modal, Select, Upload } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '@/api/client'
import type { Problem } from '@/api/problem'
import { upload } from '@/api/upload'

const kinds = ['customers', 'vehicles', 'visits'] as const

/** Takes a list from the computer to the box. Nothing is written yet. */
export function UploadList({ onClose, onDone }: { onClose: () => void; onDone: (i: Schemas['Import']) => void }) {
  const { t } = useTranslation()
  const [kind, setKind] = useState<(typeof kinds)[number]>('customers')
  const [file, setFile] = useState<File>()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const send = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      onDone(await upload<Schemas['Import']>(`/api/v1/imports?kind=${kind}&name=${encodeURIComponent(file!.name.slice(0, 200))}`, file!))
    } catch (e) {
      setProblem([(e as Problem).message, ...(e as Problem).fields.map((x) => x.message)].join(' '))
      setBusy(false)
    }
  }
  return (
    <Modal open title={t('imports.upload')} okText={t('imports.send')} cancelText={t('settings.cancel')} confirmLoading={busy} okButtonProps={{ disabled: !file }} onOk={() => void send()} onCancel={onClose}>
      {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} />}
      <Form layout="vertical">
        <Form.Item label={t('imports.kind')} htmlFor="import-kind">
          <Select id="import-kind" value={kind} onChange={setKind} options={kinds.map((k) => ({ value: k, label: t(`imports.kinds.${k}`) }))} />
        </Form.Item>
        <Upload.Dragger accept=".csv,.txt,.xlsx" maxCount={1} fileList={file ? [{ uid: '1', name: file.name }] : []} onRemove={() => setFile(undefined)} beforeUpload={(f) => { setFile(f); return false }}>
          <p><InboxOutlined style={{ fontSize: 32 }} /></p>
          <p>{t('imports.drop')}</p>
          <p className="faint">{t('imports.formats')}</p>
        </Upload.Dragger>
      </Form>
    </Modal>
  )
}

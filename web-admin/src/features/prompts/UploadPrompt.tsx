import { UploadOutlined } from '@ant-design/icons'
import { Alert, App, Button, Form, Input, Modal, Select, Upload } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Problem } from '@/api/problem'
import { upload } from '@/api/upload'

interface Fields {
  id: string
  language: string
}

/** Puts a recording of the dealership's own in the box, in place of another or as a new one. */
export function UploadPrompt({ id, language, onClose, onDone }: { id?: string; language?: string; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const [file, setFile] = useState<File>()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const save = async (f: Fields) => {
    if (!file) return setProblem(t('prompts.noFile'))
    setBusy(true)
    setProblem(undefined)
    try {
      await upload(`/api/v1/prompts/${encodeURIComponent(f.language)}/${encodeURIComponent(f.id)}`, file, 'PUT', { 'Content-Type': 'audio/wav' })
      void message.success(t('prompts.done'))
      onDone()
    } catch (e) {
      setProblem([(e as Problem).message, ...(e as Problem).fields.map((x) => x.message)].join(' '))
      setBusy(false)
    }
  }
  return (
    <Modal open title={id ? t('prompts.uploadNamed', { name: id }) : t('prompts.upload')} okText={t('prompts.put')} cancelText={t('settings.cancel')} confirmLoading={busy} onOk={() => form.submit()} onCancel={onClose}>
      {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} />}
      <Form form={form} layout="vertical" initialValues={{ id, language: language ?? 'zh-CN' }} onFinish={(f) => void save(f)}>
        <Form.Item name="id" label={t('prompts.id')} extra={t('prompts.idHint')} rules={[{ required: true, message: t('ui.required') }, { pattern: /^[a-z0-9_]+$/, message: t('prompts.idHint') }]}>
          <Input disabled={id !== undefined} maxLength={64} />
        </Form.Item>
        <Form.Item name="language" label={t('prompts.language')}>
          <Select disabled={language !== undefined} options={['zh-CN', 'en'].map((l) => ({ value: l, label: t(`settings.language.${l}`) }))} />
        </Form.Item>
        <Form.Item label={t('prompts.file')} extra={t('prompts.fileHint')} required>
          <Upload accept=".wav,audio/wav,audio/x-wav" maxCount={1} fileList={file ? [{ uid: '1', name: file.name }] : []} onRemove={() => setFile(undefined)} beforeUpload={(f) => { setFile(f); return false }}>
            <Button icon={<UploadOutlined />}>{t('prompts.choose')}</Button>
          </Upload>
        </Form.Item>
      </Form>
    </Modal>
  )
}

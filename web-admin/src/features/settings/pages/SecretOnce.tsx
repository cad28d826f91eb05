import { Input, Modal } from 'antd'
import { useTranslation } from 'react-i18next'

/** A secret that is shown this once: it is copied now or never. */
export function SecretOnce({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation()
  const copy = () => void navigator.clipboard.writeText(secret).catch(() => {}) // who may not copy by script selects the text
  return (
    <Modal open title={t('users.secretTitle')} okText={t('users.copy')} cancelText={t('users.done')} onOk={copy} onCancel={onClose} closable={false} mask={{ closable: false }} keyboard={false}>
      <p>{t('users.secretText')}</p>
      <Input.TextArea readOnly autoFocus autoSize value={secret} aria-label={t('users.secretTitle')} className="number" onFocus={(e) => e.target.select()} />
    </Modal>
  )
}

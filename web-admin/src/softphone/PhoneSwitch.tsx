import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'

import { phone } from './phone'
import { usePhone } from './usePhone'

/** Which telephone one uses: the one on the desk, or this browser. */
export function PhoneSwitch() {
  const { t } = useTranslation()
  const { settings, call } = usePhone()
  return (
    <Segmented
      aria-label={t('softphone.which')} disabled={call !== undefined} value={settings.on ? 'browser' : 'desk'}
      options={[{ value: 'desk', label: t('softphone.desk') }, { value: 'browser', label: t('softphone.browser') }]}
      onChange={(v) => phone.configure({ on: v === 'browser' })}
    />
  )
}

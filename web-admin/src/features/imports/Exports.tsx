import { DownloadOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'

const kinds = ['customers', 'vehicles', 'visits'] as const
const formats = ['xlsx', 'csv', 'json'] as const

/** Takes all data of a kind out, as a file. */
export function Exports() {
  const { t } = useTranslation()
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: kinds.map((k) => ({
          key: k, label: t(`imports.kinds.${k}`),
          children: formats.map((f) => ({ key: `${k}.${f}`, label: <a href={`/api/v1/exports/${k}?format=${f}`} download>{f.toUpperCase()}</a> })),
        })),
      }}
    >
      <Button icon={<DownloadOutlined />}>{t('imports.export')}</Button>
    </Dropdown>
  )
}

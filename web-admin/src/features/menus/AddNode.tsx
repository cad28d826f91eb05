import { PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'

import { kinds } from './model'

/** The kinds of node, to be added. */
export function AddNode({ onAdd }: { onAdd: (kind: string) => void }) {
  const { t } = useTranslation()
  return (
    <Dropdown trigger={['click']} menu={{ items: Object.keys(kinds).map((k) => ({ key: k, label: t(`menus.kinds.${k}`) })), onClick: (e) => onAdd(e.key) }}>
      <Button icon={<PlusOutlined />}>{t('menus.add')}</Button>
    </Dropdown>
  )
}

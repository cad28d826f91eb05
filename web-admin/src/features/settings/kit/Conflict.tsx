import { Button, Modal, Table } from 'antd'
import { useTranslation } from 'react-i18next'

import { clean, leaves, merge } from './difference'
import { fieldsOf, type Item, type Kind, type Value } from './kind'
import { say, trace, useWords } from './words'

interface Props {
  kind: Kind
  base: Value
  mine: Value
  theirs: Item
  onTheirs: () => void
  onBoth: (both: Value) => void
  onCancel: () => void
}

/** Somebody else changed the document meanwhile: what they did, and the ways to go on. */
export function Conflict({ kind, base, mine, theirs, onTheirs, onBoth, onCancel }: Props) {
  const { t } = useTranslation()
  const words = useWords()
  const was = clean(base)
  const { both, clash } = merge(was, mine, clean(theirs.value))
  const rows = leaves(was, clean(theirs.value)).map((c) => {
    const { words: path, field, schema } = trace(words, kind.schema, fieldsOf(kind), c.path)
    const own = clash.find((p) => p.join() === c.path.join())
    const mineNow = own && own.reduce<unknown>((v, k) => (v as Value | undefined)?.[k], mine)
    return { key: c.path.join('.'), place: path.join(' › '), from: say(words, c.from, field, schema), to: say(words, c.to, field, schema), mine: own ? say(words, mineNow, field, schema) : '', clash: own !== undefined }
  })
  return (
    <Modal
      open width={760} title={t('settings.conflictTitle')} onCancel={onCancel}
      footer={[
        <Button key="cancel" onClick={onCancel}>{t('settings.conflictBack')}</Button>,
        <Button key="theirs" onClick={onTheirs}>{t('settings.conflictTheirs')}</Button>,
        <Button key="both" type="primary" danger={clash.length > 0} onClick={() => onBoth(both as Value)}>
          {clash.length > 0 ? t('settings.conflictMine', { n: clash.length }) : t('settings.conflictBoth')}
        </Button>,
      ]}
    >
      <p>{t(clash.length > 0 ? 'settings.conflictClash' : 'settings.conflictText')}</p>
      <div className="table-wrap">
        <Table
          size="small" pagination={false} dataSource={rows} scroll={{ x: 'max-content' }}
          columns={[
            { title: t('settings.field'), dataIndex: 'place' },
            { title: t('settings.before'), dataIndex: 'from' },
            { title: t('settings.now'), dataIndex: 'to' },
            { title: t('settings.yours'), render: (_, r) => (r.clash ? <><span className="led bad">{t('settings.clash')}</span> {r.mine}</> : '') },
          ]}
        />
      </div>
    </Modal>
  )
}

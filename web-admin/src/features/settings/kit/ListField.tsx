import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, ConfigProvider, Form } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Field, Path } from './field'
import { FieldItem } from './FieldItem'
import { Ladder } from './Ladder'
import { useWords } from './words'

/** A list of documents within a document, in an order that counts. */
export function ListField({ field: f, schema, at, near }: { field: Field & { kind: 'list' }; schema: string; at: Path; near: Path }) {
  const { t } = useTranslation()
  const { label, help } = useWords()
  const disabled = ConfigProvider.useConfig().componentDisabled
  const name = label(schema, f.name)
  return (
    <fieldset className="wide group">
      <legend>{name}</legend>
      {help(schema, f.name) && <p className="faint">{help(schema, f.name)}</p>}
      {f.sum === 'ladder' && <Ladder at={[...at, f.name]} beside={at} />}
      <Form.List name={[...near, f.name]}>
        {(rows, { add, remove, move }, { errors }) => (
          <>
            {rows.map((row, i) => (
              <div key={row.key} className="list-row" role="group" aria-label={t('settings.numbered', { name, n: i + 1 })}>
                <span className="list-row-number faint number">{i + 1}</span>
                <div className="fields grow">
                  {f.fields.map((g) => <FieldItem key={g.name} field={g} schema={f.schema} at={[...at, f.name, row.name]} near={[row.name]} />)}
                </div>
                {!disabled && (
                  <div className="list-row-tools">
                    <Button type="text" size="small" icon={<ArrowUpOutlined />} disabled={i === 0} aria-label={t('settings.upNamed', { name: `${name} ${i + 1}` })} onClick={() => move(i, i - 1)} />
                    <Button type="text" size="small" icon={<ArrowDownOutlined />} disabled={i === rows.length - 1} aria-label={t('settings.downNamed', { name: `${name} ${i + 1}` })} onClick={() => move(i, i + 1)} />
                    <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('settings.removeNamed', { name: `${name} ${i + 1}` })} onClick={() => remove(row.name)} />
                  </div>
                )}
              </div>
            ))}
            <Form.ErrorList errors={errors} />
            {!disabled && <Button size="small" icon={<PlusOutlined />} onClick={() => add({ ...f.fresh })}>{t('settings.addTo', { name })}</Button>}
          </>
        )}
      </Form.List>
    </fieldset>
  )
}

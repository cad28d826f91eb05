import { ArrowDownOutlined, ArrowUpOutlined, CopyOutlined, DeleteOutlined, HolderOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button, Input, Table, type TableProps } from 'antd'
import { type DragEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Nothing } from '@/ui/states'
import { fieldsOf, type Item, type Kind, nameOf } from './kind'
import { Shown } from './Shown'
import { branches } from './tree'
import { useWords } from './words'

interface Props {
  kind: Kind
  items: Item[]
  query: string
  onQuery: (q: string) => void
  mayWrite: boolean
  onDelete: (i: Item) => void
  /** Moves the document at a place to another one. */
  onMove: (from: number, to: number) => void
  onNew: React.ReactNode
}

/** The documents of one kind: found by a few letters, opened, copied, deleted and, where their order counts, moved. */
export function DocumentList({ kind, items, query, onQuery, mayWrite, onDelete, onMove, onNew }: Props) {
  const { t } = useTranslation()
  const { label } = useWords()
  const [drag, setDrag] = useState<number>()
  const [over, setOver] = useState<number>()
  const rows = useMemo(() => branches(items, kind.under).map((r) => ({ ...r, at: items.indexOf(r.item) })), [items, kind.under])
  const found = rows.filter((r) => JSON.stringify(r.item.value).toLowerCase().includes(query.toLowerCase()))
  type Row = (typeof rows)[number]
  const columns: TableProps<Row>['columns'] = [
    {
      title: t('settings.name'), fixed: 'left',
      render: (_, r) => (
        <span style={{ paddingInlineStart: r.depth * 22 }}>
          {kind.ordered && <span className="faint number">{r.at + 1}. </span>}
          <Link to="/settings/$kind/edit" params={{ kind: kind.url }} search={{ id: r.item.id }}>{titleOf(kind, r.item, t('settings.rule', { n: r.at + 1 }))}</Link>
        </span>
      ),
    },
    ...(kind.columns ?? []).map((c) => ({
      title: typeof c === 'string' ? label(kind.schema, c) : (c.title ? t(c.title) : label(kind.schema, c.name)),
      render: (_: unknown, r: Row) => (typeof c === 'string' ? <Shown field={fieldsOf(kind).find((f) => f.name === c)!} schema={kind.schema} value={r.item.value[c]} /> : c.show(r.item.value, r.item)),
    })),
    ...(mayWrite
      ? [{ title: <span className="sr-only">{t('settings.actions')}</span>, align: 'end' as const, render: (_: unknown, r: Row) => <RowTools kind={kind} row={r} last={items.length - 1} sorted={query === ''} onDelete={onDelete} onMove={onMove} /> }]
      : []),
  ]
  const dragging = mayWrite && kind.ordered && query === ''
  return (
    <div className="card">
      {items.length > 5 && (
        <div className="filters">
          <Input.Search allowClear value={query} onChange={(e) => onQuery(e.target.value)} placeholder={t('settings.find')} aria-label={t('settings.find')} style={{ maxWidth: 320 }} />
          <span className="faint" role="status">{t('settings.count', { n: found.length })}</span>
        </div>
      )}
      <div className="table-wrap" role="region" aria-label={t(`settings.kinds.${kind.url}.title`)} tabIndex={0}>
        <Table<Row>
          size="small" columns={columns} dataSource={found} rowKey={(r) => r.item.id} scroll={{ x: 'max-content' }}
          pagination={found.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
          locale={{ emptyText: <Nothing text={query ? t('settings.nothingFound') : t('settings.none', { name: t(`settings.kinds.${kind.url}.title`) })}>{!query && onNew}</Nothing> }}
          onRow={(r) => dragging ? {
            draggable: true, className: over === r.at && drag !== r.at ? (drag ?? 0) < r.at ? 'drop-after' : 'drop-before' : undefined,
            onDragStart: (e: DragEvent) => { e.dataTransfer.effectAllowed = 'move'; setDrag(r.at) },
            onDragOver: (e: DragEvent) => { e.preventDefault(); setOver(r.at) },
            onDragEnd: () => { setDrag(undefined); setOver(undefined) },
            onDrop: (e: DragEvent) => { e.preventDefault(); if (drag !== undefined && drag !== r.at) onMove(drag, r.at) },
          } : {}}
        />
      </div>
    </div>
  )
}

const titleOf = (k: Kind, i: Item, otherwise: string) => (k.ordered ? String(i.value.note ?? i.value.match ?? '') || otherwise : nameOf(i.value, i.id))

function RowTools({ kind, row: r, last, sorted, onDelete, onMove }: { kind: Kind; row: { item: Item; at: number }; last: number; sorted: boolean } & Pick<Props, 'onDelete' | 'onMove'>) {
  const { t } = useTranslation()
  const name = titleOf(kind, r.item, t('settings.rule', { n: r.at + 1 }))
  return (
    <span className="row-tools">
      {kind.ordered && sorted && (
        <>
          <HolderOutlined className="faint grip" aria-hidden />
          <Button type="text" size="small" icon={<ArrowUpOutlined />} disabled={r.at === 0} aria-label={t('settings.upNamed', { name })} onClick={() => onMove(r.at, r.at - 1)} />
          <Button type="text" size="small" icon={<ArrowDownOutlined />} disabled={r.at === last} aria-label={t('settings.downNamed', { name })} onClick={() => onMove(r.at, r.at + 1)} />
        </>
      )}
      <Link to="/settings/$kind/edit" params={{ kind: kind.url }} search={{ from: r.item.id }} aria-label={t('settings.copyNamed', { name })} title={t('settings.copyNamed', { name })}>
        <CopyOutlined />
      </Link>
      <Button type="text" size="small" danger icon={<DeleteOutlined />} aria-label={t('settings.deleteNamed', { name })} onClick={() => onDelete(r.item)} />
    </span>
  )
}

import { useQuery, type UseQueryOptions } from '@tanstack/react-query'
import { Button, Table, type TableProps } from 'antd'
import { useTranslation } from 'react-i18next'

import { ErrorState, Nothing } from './states'

interface Page<T> {
  items: T[]
  next_cursor?: string
}

interface Props<T> {
  query: UseQueryOptions<Page<T>>
  columns: TableProps<T>['columns']
  rowKey: (row: T) => string
  /** The page's cursor in the address, and how to go to another. */
  cursor?: string
  onCursor: (cursor: string | undefined) => void
  empty: React.ReactNode
  onRow?: (row: T) => void
  label: string
}

/** A list of the box, a page at a time. Which page it is stands in the address, so that "back" leads to the one before. */
export function DataTable<T extends object>({ query, columns, rowKey, cursor, onCursor, empty, onRow, label }: Props<T>) {
  const { t } = useTranslation()
  const { data, error, isPending, isFetching, refetch } = useQuery(query)
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />
  return (
    <div className="card">
      <div className="table-wrap" role="region" aria-label={label} tabIndex={0}>
        <Table<T>
          size="small"
          columns={columns}
          dataSource={data?.items}
          rowKey={rowKey}
          loading={{ spinning: isPending || (isFetching && cursor !== undefined), delay: 150 }}
          pagination={false}
          scroll={{ x: 'max-content' }}
          locale={{ emptyText: isPending ? <div style={{ height: 160 }} /> : empty ?? <Nothing text={t('ui.nothing')} /> }}
          onRow={onRow && ((row) => ({ className: 'row-link', onClick: () => onRow(row) }))}
        />
      </div>
      {(cursor || data?.next_cursor) && (
        <div className="pager">
          {cursor && <Button onClick={() => onCursor(undefined)}>{t('ui.first')}</Button>}
          {cursor && <Button onClick={() => window.history.back()}>{t('ui.previous')}</Button>}
          <Button disabled={!data?.next_cursor} onClick={() => onCursor(data?.next_cursor)}>{t('ui.next')}</Button>
        </div>
      )}
    </div>
  )
}

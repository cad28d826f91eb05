import { Table, type TableProps } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { type Report, show, weekdays } from './figures'

type Row = Report['rows'][number]

/** All rows of a report. A number leads to the calls behind it. */
export function Rows({ report, onDrill }: { report: Report; onDrill: (measure: string, row: { key: string; name: string }) => void }) {
  const { t } = useTranslation()
  const days = useMemo(() => weekdays(t), [t])
  const name = useMemo(() => (r: Row) => rowName(report.kind, r, days, t('figures.nobody')), [report.kind, days, t])
  const columns: TableProps<Row>['columns'] = [
    { title: report.name, fixed: 'left', render: (_, r) => <span className="number">{name(r)}</span> },
    ...report.measures.map((m, i) => ({
      title: m.name, align: 'right' as const,
      sorter: report.rows.length > 1 ? (a: Row, b: Row) => (a.figures[i]?.value ?? -1) - (b.figures[i]?.value ?? -1) : undefined,
      render: (_: unknown, r: Row) => {
        const f = r.figures[i]!
        const text = show(m.unit, f.value)
        if (!m.calls || m.id === 'erlangs' || (f.n === 0 && f.d === 0)) return <span className="number">{text}</span>
        return <button type="button" className="figures-drill number" onClick={() => onDrill(m.id, { key: r.key, name: name(r) })}>{text}</button>
      },
    })),
  ]
  return (
    <div className="card table-wrap" role="region" tabIndex={0} aria-label={report.name}>
      <Table<Row>
        size="small" rowKey="key" columns={columns} dataSource={report.rows} scroll={{ x: 'max-content' }} locale={{ emptyText: t('figures.nothing') }}
        pagination={report.rows.length > 50 ? { pageSize: 50, showSizeChanger: false } : false} showSorterTooltip={false}
        summary={() => (
          <Table.Summary.Row className="figures-total">
            <Table.Summary.Cell index={0}>{t('figures.total')}</Table.Summary.Cell>
            {report.measures.map((m, i) => <Table.Summary.Cell key={m.id} index={i + 1} align="right"><span className="number">{show(m.unit, report.total[i]?.value)}</span></Table.Summary.Cell>)}
          </Table.Summary.Row>
        )}
      />
    </div>
  )
}

function rowName(kind: string, r: Row, days: string[], nobody: string): string {
  if (kind !== 'hours') return r.name || nobody
  const [day, hour] = r.key.split(' ')
  return `${days[Number(day) - 1]} ${hour}:00`
}

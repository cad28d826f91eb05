import { useQuery } from '@tanstack/react-query'
import { Alert, Select, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { ErrorState, Loading } from '@/ui/states'

type Import = Schemas['Import']

/** What each column of a list means: guessed from its heading, and changed here. */
export function Mapping({ job, onMapped }: { job: Import; onMapped: (i: Import) => void }) {
  const { t } = useTranslation()
  const [problem, setProblem] = useState<string>()
  const { data, error, refetch } = useQuery({
    queryKey: ['imports', 'fields', job.kind], staleTime: Infinity,
    queryFn: () => take(api.GET('/api/v1/import-fields/{kind}', { params: { path: { kind: job.kind as 'customers' } } })),
  })
  if (error) return <ErrorState error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  const put = async (i: number, field: string) => {
    setProblem(undefined)
    // A field stands once: choosing it for one column takes it from another.
    const mapping = job.headings.map((_, j) => (j === i ? field : job.mapping[j] === field ? '' : (job.mapping[j] ?? '')))
    try {
      onMapped(await take(api.PUT('/api/v1/imports/{id}/mapping', { params: { path: { id: job.id } }, body: { mapping } })))
    } catch (e) {
      setProblem([(e as Problem).message, ...(e as Problem).fields.map((f) => f.message)].join(' '))
    }
  }
  const options = data.items.map((f) => ({ value: f.name, label: f.heading }))
  const rows = job.headings.map((heading, i) => ({ i, heading, field: job.mapping[i] ?? '', sample: (job.sample ?? []).map((s) => s.cells[i] ?? '').filter((c) => c !== '').slice(0, 3) }))
  return (
    <section className="card" aria-label={t('imports.mapping')}>
      <h2 className="section-title">{t('imports.mapping')}</h2>
      <p className="faint">{t('imports.mappingText')}</p>
      {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} />}
      <div className="table-wrap">
        <Table
          size="small" rowKey="i" dataSource={rows} pagination={false} scroll={{ x: 'max-content' }}
          columns={[
            { title: t('imports.column'), dataIndex: 'heading' },
            {
              title: t('imports.means'),
              render: (_, r) => (
                <Select
                  style={{ width: 220 }} allowClear showSearch={{ optionFilterProp: 'label' }} aria-label={t('imports.meansOf', { name: r.heading })} value={r.field || undefined} placeholder={t('imports.left')}
                  options={options} onChange={(v?: string) => void put(r.i, v ?? '')}
                />
              ),
            },
            { title: t('imports.sample'), render: (_, r) => <span className="faint">{r.sample.join(' · ')}</span> },
          ]}
        />
      </div>
    </section>
  )
}

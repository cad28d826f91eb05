import { PhoneOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useSession } from '@/app/session'
import { useComplain } from '@/ui/complain'
import { DataTable } from '@/ui/DataTable'
import { FilterSelect } from '@/ui/FilterSelect'
import { moment } from '@/ui/format'
import { PageHeader } from '@/ui/PageHeader'
import { Nothing } from '@/ui/states'
import { Mark } from '@/ui/Mark'

type Task = Schemas['StoredTask']

const route = getRouteApi('/callbacks')
const kinds = ['unreturned', 'plan', 'survey', 'manual']
const states = ['open', 'taken', 'done', 'unreachable', 'refused', 'cancelled']

/** Whom the dealership has to call: missed calls, callbacks after visits, surveys. One key calls. */
export default function CallbacksPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const client = useQueryClient()
  const onError = useComplain()
  const search = route.useSearch()
  const go = route.useNavigate()
  const filter = (change: Partial<typeof search>) => void go({ search: { ...search, cursor: undefined, ...change } })
  const call = useMutation({
    mutationFn: async (k: Task) => {
      await take(api.POST('/api/v1/outreach/tasks/{id}/take', { params: { path: { id: k.id } } }))
      await take(api.POST('/api/v1/calls', { body: { number: k.numbers?.[0] ?? '' } }))
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['callbacks'] }),
    onError,
  })
  return (
    <>
      <PageHeader title={t('callbacks.title')} />
      <div className="filters">
        <FilterSelect label={t('callbacks.kind')} value={search.kind} onChange={(kind) => filter({ kind })} options={kinds.map((v) => ({ value: v, label: t(`callbacks.kinds.${v}`) }))} />
        <FilterSelect label={t('callbacks.state')} value={search.state} onChange={(state) => filter({ state })} options={states.map((v) => ({ value: v, label: t(`callbacks.states.${v}`) }))} />
      </div>
      <DataTable<Task>
        label={t('callbacks.title')}
        rowKey={(k) => k.id}
        cursor={search.cursor}
        onCursor={(cursor) => void go({ search: { ...search, cursor } })}
        query={{
          queryKey: ['callbacks', search],
          queryFn: () => take(api.GET('/api/v1/outreach/tasks', { params: { query: { ...search, limit: 50 } as object } })),
        }}
        empty={<Nothing text={t('callbacks.none')} />}
        columns={[
          { title: t('callbacks.due'), render: (_, k) => <span className="number">{moment(k.due)}</span> },
          { title: t('callbacks.kind'), render: (_, k) => <Mark>{t(`callbacks.kinds.${k.kind}`, k.kind)}</Mark> },
          { title: t('callbacks.state'), render: (_, k) => t(`callbacks.states.${k.state}`, k.state) },
          { title: t('callbacks.customer'), render: (_, k) => <>{k.name} <span className="number">{k.numbers?.[0]}</span></> },
          { title: t('callbacks.subject'), render: (_, k) => [k.subject, (k.count ?? 0) > 1 && t('callbacks.times', { count: k.count })].filter(Boolean).join(' · ') },
          { title: t('callbacks.attempts'), align: 'right', render: (_, k) => <span className="number">{k.attempts?.length ?? 0}</span> },
          {
            title: '',
            render: (_, k) =>
              may('outreach.work') && k.allowed.includes('take') && (
                <Button size="small" icon={<PhoneOutlined />} loading={call.isPending && call.variables.id === k.id} onClick={() => call.mutate(k)}>{t('callbacks.call')}</Button>
              ),
          },
        ]}
      />
    </>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { moment } from '@/ui/format'
import { Mark } from '@/ui/Mark'
import { ErrorState, Loading, Nothing } from '@/ui/states'

/** All that has been between the dealership and a customer, the newest first. */
export function Timeline({ id }: { id: string }) {
  const { t } = useTranslation()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['customer', id, 'timeline'],
    queryFn: ({ pageParam }) => take(api.GET('/api/v1/customers/{id}/timeline', { params: { path: { id }, query: { limit: 50, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (p) => p.next_cursor || undefined,
  })
  const list = data?.pages.flatMap((p) => p.items) ?? []
  return (
    <section className="card" aria-label={t('customers.timeline')}>
      <h2>{t('customers.timeline')}</h2>
      {error && !data ? <ErrorState error={error} retry={() => void refetch()} /> : !data ? <Loading /> : list.length === 0 ? <Nothing text={t('customers.nothingYet')} /> : (
        <ol className="story">{list.map((e) => <Line key={e.kind + e.id} entry={e} />)}</ol>
      )}
      {hasNextPage && <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('tickets.more')}</Button>}
    </section>
  )
}

function Line({ entry: e }: { entry: Schemas['Entry'] }) {
  const { t } = useTranslation()
  const kind = <Mark tone={e.open ? 'warn' : 'off'}>{t(`agent.kinds.${e.kind}`, e.kind)}</Mark>
  return (
    <li>
      <span className="faint number">{moment(e.at)}</span> {kind}{' '}
      {e.kind === 'ticket' ? <Link to="/tickets/$id" params={{ id: e.id }}>{e.summary}</Link> : e.kind === 'call' ? <Link to="/calls/$id" params={{ id: e.id }}>{e.summary}</Link> : e.summary}
    </li>
  )
}

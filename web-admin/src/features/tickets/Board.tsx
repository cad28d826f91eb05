import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { ErrorState, Loading } from '@/ui/states'
import { TicketCard } from './TicketCard'
import { asked, type Search } from './TicketList'

/** The open tickets by how far they are, a column for each state. */
export function Board({ search }: { search: Search }) {
  const { t } = useTranslation()
  return (
    <div className="board" role="list" aria-label={t('tickets.views.board')}>
      {['new', 'open', 'waiting', 'resolved'].map((state) => <Column key={state} state={state} search={search} />)}
    </div>
  )
}

function Column({ state, search }: { state: string; search: Search }) {
  const { t } = useTranslation()
  const { cursor: _, ...rest } = asked(search)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['tickets', 'board', state, rest],
    queryFn: ({ pageParam }) => take(api.GET('/api/v1/tickets', { params: { query: { ...rest, state, limit: 20, cursor: pageParam } as object } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (p) => p.next_cursor || undefined,
  })
  const list = data?.pages.flatMap((p) => p.items) ?? []
  return (
    <section className="board-column" role="listitem" aria-label={t(`tickets.states.${state}`)}>
      <h2>{t(`tickets.states.${state}`)} {data && <span className="faint number">{list.length}{hasNextPage && '+'}</span>}</h2>
      {error && !data ? <ErrorState error={error} retry={() => void refetch()} /> : !data ? <Loading /> : (
        <ul className="board-cards" aria-label={t(`tickets.states.${state}`)}>
          {list.map((k) => <li key={k.id}><TicketCard ticket={k} /></li>)}
          {list.length === 0 && <li className="faint">{t('tickets.columnEmpty')}</li>}
        </ul>
      )}
      {hasNextPage && <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('tickets.more')}</Button>}
    </section>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Drawer, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { Mark } from '@/ui/Mark'
import { between, moment } from '@/ui/format'
import { length } from '@/ui/length'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import type { Measure } from './figures'

interface Props {
  kind: string
  query: Record<string, string | undefined>
  measure?: Measure
  row?: { key: string; name: string }
  onClose: () => void
}

/** The calls that a figure counts, those above the line or those below it. */
export function Behind({ kind, query, measure, row, onClose }: Props) {
  return (
    <Drawer open={measure !== undefined} onClose={onClose} size={640} title={[measure?.name, row?.name].filter(Boolean).join(' · ')} destroyOnHidden>
      {measure && <List kind={kind} query={query} measure={measure} row={row?.key} />}
    </Drawer>
  )
}

function List({ kind, query, measure, row }: { kind: string; query: Props['query']; measure: Measure; row?: string }) {
  const { t } = useTranslation()
  const [part, setPart] = useState<'numerator' | 'denominator'>('numerator')
  const ask = { ...query, measure: measure.id, part, row, limit: 50 }
  const list = useInfiniteQuery({
    queryKey: ['figures', kind, 'calls', ask],
    queryFn: ({ pageParam }) => take(api.GET('/api/v1/reports/{kind}/calls', { params: { path: { kind: kind as 'days' }, query: { ...ask, cursor: pageParam || undefined } as never } })),
    initialPageParam: '',
    getNextPageParam: (p) => p.next_cursor,
  })
  const calls = list.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <>
      <p className="faint">{measure.formula}</p>
      {measure.unit === 'percent' && (
        <Segmented
          value={part} onChange={setPart} aria-label={t('figures.part')} style={{ marginBottom: 12 }}
          options={[{ value: 'numerator', label: t('figures.numerator') }, { value: 'denominator', label: t('figures.denominator') }]}
        />
      )}
      {list.isPending ? <Loading /> : list.error ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : calls.length === 0 ? <Nothing text={t('figures.noCalls')} /> : (
        <ul className="rows">
          {calls.map((c) => (
            <li key={c.id}>
              <Link to="/calls/$id" params={{ id: c.id }} className="number">{moment(c.started_at)}</Link>
              <span>{c.card.name}</span>
              <span className="number faint">{c.direction === 'outbound' ? c.to : c.from}</span>
              <span className="grow" />
              <Mark>{t(`calls.dispositions.${c.disposition}`)}</Mark>
              <span className="number">{length(between(c.connected_at, c.ended_at))}</span>
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && <Button block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()} style={{ marginTop: 12 }}>{t('figures.more')}</Button>}
    </>
  )
}

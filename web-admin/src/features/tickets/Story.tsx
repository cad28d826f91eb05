import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useSession } from '@/app/session'
import { useComplain } from '@/ui/complain'
import { moment } from '@/ui/format'
import { ErrorState } from '@/ui/states'
import { useColleagues } from './people'
import type { Ticket } from './TicketPage'

type Line = Schemas['HistoryLine']

/** All that happened to a ticket, and a place to add to it. */
export function Story({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const tell = useTold()
  const story = useInfiniteQuery({
    queryKey: ['ticket', ticket.id, 'history', ticket.rev],
    queryFn: ({ pageParam }) => take(api.GET('/api/v1/tickets/{id}/history', { params: { path: { id: ticket.id }, query: { limit: 100, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (p) => p.next_cursor || undefined,
    placeholderData: (old) => old,
  })
  if (story.error && !story.data) return <ErrorState error={story.error} retry={() => void story.refetch()} />
  return (
    <section className="card" aria-label={t('tickets.story')}>
      <h2>{t('tickets.story')}</h2>
      {may('tickets.write') && ticket.state !== 'closed' && <Comment ticket={ticket} />}
      <ol className="story">
        {story.data?.pages.flatMap((p) => p.items).map((l) => (
          <li key={l.id}>
            <span className="faint number">{moment(l.at)}</span> {tell(l)}
            {l.text && <p className="said">{l.text}</p>}
          </li>
        ))}
      </ol>
      {story.hasNextPage && <Button loading={story.isFetchingNextPage} onClick={() => void story.fetchNextPage()}>{t('tickets.more')}</Button>}
    </section>
  )
}

/** Says in words what a line of the history means. */
function useTold() {
  const { t, i18n } = useTranslation()
  const { name } = useColleagues()
  const said = (group: string, v?: string) => (v && i18n.exists(`tickets.${group}.${v}`) ? t(`tickets.${group}.${v}`) : (v ?? ''))
  return (l: Line) => {
    const a = (l.args ?? {}) as Record<string, string>
    const key = `tickets.told.${l.what}`
    if (!i18n.exists(key)) return l.what
    return t(key, {
      ...a, who: name(l.by) || t('tickets.box'), to: name(a.to) || said('types', a.to), from: name(a.from), person: name(a.person), by: name(a.by),
      result: said('results', a.result), satisfaction: said('satisfactions', a.satisfaction), of: said('targets', a.of), outcome: said('outcomes', a.outcome),
    })
  }
}

function Comment({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const onError = useComplain()
  const [text, setText] = useState('')
  const say = useMutation({
    mutationFn: () => take(api.POST('/api/v1/tickets/{id}/comments', { params: { path: { id: ticket.id } }, body: { text } })),
    onSuccess: () => {
      setText('')
      return client.invalidateQueries({ queryKey: ['ticket', ticket.id] })
    },
    onError,
  })
  return (
    <form className="comment" onSubmit={(e) => { e.preventDefault(); if (text.trim()) say.mutate() }}>
      <Input.TextArea
        value={text} onChange={(e) => setText(e.target.value)} autoSize={{ minRows: 1, maxRows: 6 }} maxLength={4000} aria-label={t('tickets.comment')} placeholder={t('tickets.comment')}
        onKeyDown={(e) => { if (e.key === 'Enter' && e.ctrlKey && text.trim()) say.mutate() }}
      />
      <Button htmlType="submit" disabled={!text.trim()} loading={say.isPending}>{t('tickets.say')}</Button>
    </form>
  )
}

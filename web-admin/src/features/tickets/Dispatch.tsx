import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useSession } from '@/app/session'
import { useComplain } from '@/ui/complain'
import { Fact } from '@/ui/Fact'
import { moment } from '@/ui/format'
import { Mark } from '@/ui/Mark'
import { Until } from '@/ui/Since'
import { ActionDialog } from './ActionDialog'
import { useColleagues } from './people'
import type { Ticket } from './TicketPage'
import { jobTones } from './tones'

type Word = 'accept' | 'decline' | 'arrive' | 'complete'

/** The job on the road: who is asked, who goes, and how far it is. */
export function Dispatch({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const { name } = useColleagues()
  const client = useQueryClient()
  const onError = useComplain()
  const [off, setOff] = useState(false)
  const d = ticket.dispatch
  const asked = d?.offers?.find((o) => !o.answer)
  const person = d?.technician?.person ?? asked?.person
  const answer = useMutation({
    mutationFn: (word: Word) => take(api.POST(`/api/v1/tickets/{id}/dispatch/${word}`, {
      params: { path: { id: ticket.id }, header: { 'If-Match': `"${ticket.rev}"` } }, body: { person },
    })),
    onSettled: () => client.invalidateQueries({ queryKey: ['ticket', ticket.id] }), onError,
  })
  const connect = useMutation({ mutationFn: () => take(api.POST('/api/v1/tickets/{id}/dispatch/call', { params: { path: { id: ticket.id } }, body: { person } })), onError })
  if (!d) return null
  const goes = d.state === 'accepted' || d.state === 'arrived'
  const next: Record<string, Word[]> = { offering: ['accept', 'decline'], accepted: ['arrive', 'complete'], arrived: ['complete'] }
  return (
    <section className="card" aria-label={t('tickets.job')}>
      <h2>{t('tickets.job')} <Mark tone={jobTones[d.state]}>{t(`tickets.jobs.${d.state}`, d.state)}</Mark></h2>
      <dl className="facts">
        <Fact name={t('tickets.place')}>{d.place.text} {d.place.lat !== undefined && <span className="faint number">{d.place.lat}, {d.place.lon}</span>}</Fact>
        {d.technician && <Fact name={t('tickets.technician')}>{d.technician.name || name(d.technician.person)} {d.technician.km !== undefined && <span className="number">{t('tickets.km', { km: d.technician.km.toFixed(1) })}</span>}</Fact>}
        {([['accepted_at', d.accepted_at], ['contacted_at', d.contacted_at], ['arrived_at', d.arrived_at], ['completed_at', d.completed_at]] as const)
          .map(([k, at]) => at && <Fact key={k} name={t(`tickets.${k}`)}>{moment(at)}</Fact>)}
        {(d.parts ?? []).length > 0 && <Fact name={t('tickets.parts')}>{d.parts?.map((p) => `${p.name} × ${p.count}`).join('、')}</Fact>}
      </dl>
      <ul className="rows">
        {(d.offers ?? []).map((o) => (
          <li key={o.person + o.at}>
            {name(o.person)} <span className="grow" />
            {o.answer ? <Mark tone={o.answer === 'accepted' ? 'good' : 'off'}>{t(`tickets.offers.${o.answer}`, o.answer)}</Mark> : <span className="led warn">{t('tickets.asked')} <Until at={o.until} /></span>}
            {o.why && <span className="faint">{o.why}</span>}
          </li>
        ))}
      </ul>
      <Space wrap>
        {(next[d.state] ?? []).filter((w) => ticket.allowed.includes(w)).map((w) => <Button key={w} loading={answer.isPending && answer.variables === w} onClick={() => answer.mutate(w)}>{t(`tickets.words.${w}`)}</Button>)}
        {goes && <Button loading={connect.isPending} onClick={() => connect.mutate()}>{t('tickets.connect')}</Button>}
        {(goes || d.state === 'offering') && may('tickets.write') && <Button danger onClick={() => setOff(true)}>{t('tickets.acts.call_off')}</Button>}
      </Space>
      {off && <ActionDialog ticket={ticket} act="call_off" onClose={() => setOff(false)} />}
    </section>
  )
}

import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { Dial } from '@/ui/Dial'
import { Fact } from '@/ui/Fact'
import { moment } from '@/ui/format'
import { Mark } from '@/ui/Mark'
import { useColleagues, useTypes } from './people'
import type { Ticket } from './TicketPage'

/** Who asks for what. */
export function Facts({ ticket: k }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { name } = useColleagues()
  const type = useTypes().get(k.type)
  const form = Object.entries(k.form ?? {})
  return (
    <section className="card" aria-label={t('tickets.facts')}>
      {k.body && <p className="said">{k.body}</p>}
      <dl className="facts">
        <Fact name={t('tickets.type')}>{type?.name ?? k.type}</Fact>
        <Fact name={t('tickets.customer')}>
          {k.customer ? <Link to="/customers/$id" params={{ id: k.customer }}>{k.name || t('tickets.nameless')}</Link> : k.name} {k.plate && <span className="plate">{k.plate}</span>}
        </Fact>
        {(k.phones ?? []).length > 0 && <Fact name={t('tickets.phones')}>{k.phones?.map((n) => <Dial key={n} number={n} />)}</Fact>}
        <Fact name={t('tickets.owner')}>{k.owner ? name(k.owner) : <span className="led warn">{t('tickets.noOwner')}</span>}</Fact>
        {k.department && <Fact name={t('tickets.department')}>{k.department}</Fact>}
        {form.map(([id, v]) => <Fact key={id} name={type?.fields?.find((f) => f.id === id)?.name ?? id}>{String(v)}</Fact>)}
        {(k.tags ?? []).length > 0 && <Fact name={t('tickets.tags')}>{k.tags?.map((x) => <Mark key={x}>{x}</Mark>)}</Fact>}
        {(k.watchers ?? []).length > 0 && <Fact name={t('tickets.watchers')}>{k.watchers?.map(name).join('、')}</Fact>}
        {k.until && <Fact name={t('tickets.waitsUntil')}>{moment(k.until)}</Fact>}
        {k.next_call && <Fact name={t('tickets.nextCall')}>{moment(k.next_call)}</Fact>}
        {k.resolution && <Fact name={t('tickets.resolution')}>{k.resolution.text}</Fact>}
        {k.satisfaction && <Fact name={t('tickets.satisfaction')}>{t(`tickets.satisfactions.${k.satisfaction}`, k.satisfaction)}</Fact>}
        {(k.relations ?? []).map((r) => (
          <Fact key={r.ticket} name={t(`tickets.relations.${r.kind}`, r.kind)}><Link to="/tickets/$id" params={{ id: r.ticket }}>{t('tickets.show')}</Link></Fact>
        ))}
        <Fact name={t('tickets.created')}>{moment(k.created_at)} {name(k.created_by)}</Fact>
      </dl>
    </section>
  )
}

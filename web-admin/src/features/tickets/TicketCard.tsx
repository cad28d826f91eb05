import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '@/api/client'
import { Mark } from '@/ui/Mark'
import { Deadline } from './Deadline'
import { useColleagues } from './people'
import { priorityTones } from './tones'

/** A ticket in a few lines. */
export function TicketCard({ ticket: k }: { ticket: Schemas['StoredTicket'] }) {
  const { t } = useTranslation()
  const { name } = useColleagues()
  return (
    <Link to="/tickets/$id" params={{ id: k.id }} className="ticket-card">
      <span><span className="number faint">{k.number}</span> {k.priority !== 'normal' && <Mark tone={priorityTones[k.priority]}>{t(`tickets.priorities.${k.priority}`)}</Mark>}</span>
      <strong>{k.subject}</strong>
      <span className="faint">{[k.name, k.plate, k.owner ? name(k.owner) : t('tickets.noOwner')].filter(Boolean).join(' · ')}</span>
      {k.state !== 'closed' && <Deadline at={k.deadline} />}
    </Link>
  )
}

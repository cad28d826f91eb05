import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import type { Problem } from '@/api/problem'
import type { Ticket } from './TicketPage'

/**
 * The revision that stood on the page when somebody began to change it. The page may have become newer by itself since:
 * the change is then refused once, and whoever makes it looks at what is new before saying it again.
 */
export function useSeen(ticket: Ticket) {
  const client = useQueryClient()
  const [seen, setSeen] = useState<number | undefined>(ticket.rev)
  return {
    ifMatch: `"${seen ?? ticket.rev}"`,
    /** Reads the ticket anew when it has been changed meanwhile. */
    refused: (e: Problem) => {
      if (e.status !== 412) return
      setSeen(undefined)
      void client.invalidateQueries({ queryKey: ['ticket', ticket.id] })
    },
  }
}

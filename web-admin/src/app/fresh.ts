import type { Query, QueryClient } from '@tanstack/react-query'

import type { Schemas } from '@/api/client'

/** Which readings a change of a table makes old, by the first words of their keys; others are told by events of their own. */
const families: Record<string, string[]> = {
  customer: ['customers', 'customer', 'customer-select'], vehicle: ['vehicles', 'vehicle', 'customer'], visit: ['vehicle', 'customer'], reading: ['vehicle'], relation: ['customer'],
  ticket: ['tickets', 'ticket'], notice: ['ticket'], attachment: ['ticket'], outreach: ['callbacks'], cdr: ['calls', 'call-record'], user: ['users', 'colleagues'], token: ['users'],
  session: ['users'], webhook: ['webhooks'], import: ['imports'], document: ['settings', 'colleagues', 'ticket-types', 'ticket-templates'], voicemail: ['voicemail'],
}

/** How long changes are gathered before they are read: an import changes thousands in a minute. */
const gather = 400

/** Reads anew what has changed, if it is on the page; what is not is read when it comes there. */
export class Freshness {
  private old = new Set<string>()
  private timer?: ReturnType<typeof setTimeout>

  constructor(private readonly client: QueryClient) {}

  take(n: Schemas['RecordChanged']) {
    const family = Object.keys(families).find((f) => n.table === f || n.table.startsWith(`${f}_`))
    for (const key of families[family ?? ''] ?? []) this.old.add(key)
    if (this.old.size > 0) this.timer ??= setTimeout(() => this.read(), gather)
  }

  stop() {
    clearTimeout(this.timer)
  }

  private read() {
    const old = this.old
    this.old = new Set()
    this.timer = undefined
    void this.client.invalidateQueries({ predicate: (q: Query) => old.has(String(q.queryKey[0])) }, { cancelRefetch: false })
  }
}

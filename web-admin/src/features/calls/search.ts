/** What the list of calls is filtered by; it stands in the address. */
export interface CallSearch {
  cursor?: string
  number?: string
  queue?: string
  direction?: string
  disposition?: string
}

export function callSearch(s: Record<string, unknown>): CallSearch {
  const text = (k: string) => (typeof s[k] === 'string' || typeof s[k] === 'number' ? String(s[k]) : undefined)
  return { cursor: text('cursor'), number: text('number'), queue: text('queue'), direction: text('direction'), disposition: text('disposition') }
}

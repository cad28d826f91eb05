/** What the list of customers is filtered by; it stands in the address. */
export interface CustomerSearch {
  cursor?: string
  kind?: string
  tag?: string
}

export function customerSearch(s: Record<string, unknown>): CustomerSearch {
  const text = (k: string) => (typeof s[k] === 'string' ? s[k] : undefined)
  return { cursor: text('cursor'), kind: text('kind'), tag: text('tag') }
}

import { useQuery } from '@tanstack/react-query'

import { api, type Schemas, take } from '@/api/client'

/** All users, page by page; people who may sign in are bounded. */
export const usersQuery = {
  queryKey: ['users', 'all'],
  queryFn: async () => {
    const items: Schemas['User'][] = []
    let cursor: string | undefined
    do {
      const page = await take(api.GET('/api/v1/users', { params: { query: { limit: 200, cursor } } }))
      items.push(...page.items)
      cursor = page.next_cursor
    } while (cursor)
    return items
  },
}

/** What users are called, by their ids. */
export function useUserNames(enabled = true): (id: string) => string {
  const { data } = useQuery({ ...usersQuery, enabled })
  return (id) => {
    const u = data?.find((x) => x.id === id)
    return u ? u.name || u.login : id
  }
}

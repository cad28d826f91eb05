import createClient from 'openapi-fetch'

import { problemOf } from './problem'
import type { components, paths } from './schema.gen'

/** What the box's API speaks of, by name. */
export type Schemas = components['schemas']

/** The language that people read, for the Accept-Language of every request. */
let language = 'zh-CN'
export const speak = (l: string) => {
  language = l
}

const listeners = new Set<() => void>()

/** Calls back when the box says that nobody is signed in any more. Returns how to stop that. */
export function onSignedOut(f: () => void): () => void {
  listeners.add(f)
  return () => listeners.delete(f)
}

export const api = createClient<paths>({ baseUrl: '', headers: { Accept: 'application/json' } })

api.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', language)
    return request
  },
  onResponse({ request, response }) {
    if (response.status === 401 && !(request.method === 'POST' && new URL(request.url).pathname.endsWith('/session'))) {
      listeners.forEach((f) => f())
    }
  },
})

/** The answer's data, or its problem thrown. */
export async function take<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let got
  try {
    got = await answer
  } catch (cause) {
    throw problemOf(undefined, undefined, cause)
  }
  if (got.error !== undefined || !got.response.ok) throw problemOf(got.error, got.response)
  return got.data as T
}

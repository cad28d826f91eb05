import { useQuery } from '@tanstack/react-query'

import { api } from '@/api/client'
import { problemOf } from '@/api/problem'
import { fieldsOf, type Item, type Kind, type Value } from './kind'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
interface Asked {
  params?: { path?: Record<string, string>; query?: Record<string, unknown>; header?: Record<string, string> }
  body?: unknown
}
type Call = (url: string, asked: Asked) => Promise<{ data?: unknown; error?: unknown; response: Response }>

/** Asks for an address that is known only when the program runs. */
async function ask<T>(method: Method, url: string, asked: Asked = {}, root = '/api/v1/settings/'): Promise<{ data: T; etag: string }> {
  let got
  try {
    got = await (api[method] as unknown as Call)(root + url, asked)
  } catch (cause) {
    throw problemOf(undefined, undefined, cause)
  }
  if (got.error !== undefined || !got.response.ok) throw problemOf(got.error, got.response)
  return { data: got.data as T, etag: got.response.headers.get('ETag') ?? '' }
}

const match = (etag: string, id?: string): Asked => ({ params: { ...(id !== undefined && { path: { id } }), header: { 'If-Match': etag } } })

interface Page {
  items: Item[]
  next_cursor?: string
}

/** All documents of a list, with the tag of the list. Lists of settings are bounded, so all of them are wanted. */
async function all(url: string): Promise<{ items: Item[]; etag: string }> {
  const items: Item[] = []
  let cursor: string | undefined
  let etag = ''
  do {
    const page = await ask<Page>('GET', url, { params: { query: { limit: 200, cursor } } })
    items.push(...page.data.items)
    cursor = page.data.next_cursor
    etag = page.etag
  } while (cursor !== undefined && cursor !== '')
  return { items, etag }
}

export const listQuery = (url: string) => ({ queryKey: ['settings', url], queryFn: () => all(url) })
export const itemQuery = (url: string, id: string) => ({
  queryKey: ['settings', url, 'one', id],
  queryFn: () => ask<Item>('GET', url + '/{id}', { params: { path: { id } } }).then((a) => a.data),
})
const plainRoot = '/api/v1/'

/** One that is no part of the settings document, in the shape of one that is: only what people decide about it. */
async function plain(k: Kind, method: Method, path: string, asked: Asked): Promise<Item> {
  const a = await ask<Value & { id: string }>(method, path, asked, plainRoot)
  const names = fieldsOf(k).filter((f) => !f.atFirst).map((f) => f.name)
  return { id: a.data.id, etag: a.etag, value: Object.fromEntries(names.map((n) => [n, a.data[n]])), whole: a.data }
}

/** One document of a kind, as the box has it now. */
export const oneQuery = (k: Kind, id: string) =>
  k.plain ? { queryKey: [k.url, 'one', id], queryFn: () => plain(k, 'GET', k.url + '/{id}', { params: { path: { id } } }) } : k.single ? singleQuery(k.url) : itemQuery(k.url, id)

/** A part of which there is one, in the shape of a document. */
export const singleQuery = (url: string) => ({
  queryKey: ['settings', url, 'single'],
  queryFn: async (): Promise<Item> => {
    const a = await ask<unknown>('GET', url)
    return { id: '', etag: a.etag, value: wrap(a.data) }
  },
})

/** A bare number or switch becomes a document with one member, so that one form does for all. */
const wrap = (v: unknown): Value => (typeof v === 'object' && v !== null ? (v as Value) : { value: v })

export const useList = (url: string, enabled = true) => useQuery({ ...listQuery(url), enabled })

/** Keeps a document: a new one without an id, a changed one under its id. */
export async function keep(k: Kind, value: Value, was?: Item): Promise<Item> {
  if (k.plain) return was ? plain(k, 'PUT', k.url + '/{id}', { ...match(was.etag, was.id), body: value }) : plain(k, 'POST', k.url, { body: value })
  if (k.single) {
    const a = await ask<unknown>('PUT', k.url, { ...match(was?.etag ?? ''), body: k.bare ? value.value : value })
    return { id: '', etag: a.etag, value: wrap(a.data) }
  }
  if (!was) return (await ask<Item>('POST', k.url, { body: value })).data
  return (await ask<Item>('PUT', k.url + '/{id}', { ...match(was.etag, was.id), body: value })).data
}

export const remove = (k: Kind, item: Item) => ask<unknown>('DELETE', k.url + '/{id}', match(item.etag, item.id), k.plain ? plainRoot : undefined)

/** Puts a list in another order. */
export const arrange = (k: Kind, values: Value[], etag: string) => ask<unknown>('PUT', k.url, { ...match(etag), body: { items: values } })

import { api, type Schemas } from '@/api/client'
import { problemOf } from '@/api/problem'

export interface Versioned {
  document: Schemas['SettingsDocument']
  etag: string
}

/** The settings as a whole: those in force, or a version of the past. */
export async function documentOf(version?: number): Promise<Versioned> {
  const got = version === undefined
    ? await api.GET('/api/v1/settings')
    : await api.GET('/api/v1/settings/versions/{version}', { params: { path: { version } } })
  if (!got.data) throw problemOf(got.error, got.response)
  return { document: got.data, etag: got.response.headers.get('ETag') ?? '' }
}

export const currentQuery = { queryKey: ['settings', 'document'], queryFn: () => documentOf() }
export const versionQuery = (version: number) => ({ queryKey: ['settings-version', version], queryFn: () => documentOf(version), staleTime: Infinity })

/** Puts a whole document in force. */
export async function putDocument(document: unknown, etag: string): Promise<Schemas['SettingsVersion']> {
  const got = await api.PUT('/api/v1/settings', { params: { header: { 'If-Match': etag } }, body: document as Schemas['SettingsDocument'] })
  if (!got.data) throw problemOf(got.error, got.response)
  return got.data
}

import { problemOf } from './problem'

/** Sends a file as it is, and returns the answer. */
export async function upload<T>(url: string, file: Blob, method: 'POST' | 'PUT' = 'POST', headers: Record<string, string> = {}): Promise<T> {
  let response
  try {
    response = await fetch(url, { method, body: file, headers: { 'Content-Type': 'application/octet-stream', Accept: 'application/json', ...headers } })
  } catch (cause) {
    throw problemOf(undefined, undefined, cause)
  }
  const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined)
  if (!response.ok) throw problemOf(body, response)
  return body as T
}

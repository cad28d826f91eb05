import type { components } from './schema.gen'

type Told = components['schemas']['Problem']

/** Why the box did not do what it was asked for (RFC 9457), in the language of the person. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly fields: { path: string[]; message: string }[] = [],
    readonly requestId = '',
    readonly allowed: string[] = [],
  ) {
    super(detail)
  }

  /** The box could not be reached at all. */
  get offline(): boolean {
    return this.status === 0
  }
}

/** A form's path of "body.phones[0].number". */
export function pathOf(location: string): string[] {
  return location
    .replace(/^body\.?/, '')
    .split(/[.[\]]+/)
    .filter((s) => s !== '')
}

/** Reads whatever came back instead of an answer. */
export function problemOf(body: unknown, response?: Response, cause?: unknown): Problem {
  if (!response) return new Problem(0, 'offline', cause instanceof Error ? cause.message : String(cause))
  const told = (typeof body === 'object' && body !== null ? body : {}) as Partial<Told>
  return new Problem(
    response.status,
    told.code ?? 'unknown',
    told.detail ?? told.title ?? response.statusText,
    (told.errors ?? []).map((f) => ({ path: pathOf(f.location), message: f.message })),
    told.request_id,
    told.allowed,
  )
}

import type { ReactNode } from 'react'

import type { Field, Section } from './field'

/** A document of the settings, as the box has it. */
export type Value = Record<string, unknown>

export interface Item {
  id: string
  etag: string
  value: Value
  /** All that the box tells of it, of kinds that are no part of the settings document. */
  whole?: Value
}

/** One column of a list: a field of the documents, or something made of it. */
export type Column = string | { name: string; show: (v: Value, item: Item) => ReactNode; title?: string }

/** One kind of what is set: where the box keeps it, and how people see and change it. */
export interface Kind {
  /** Below /settings, of the API as of the console. */
  url: string
  /** The name of its description in the API. */
  schema: string
  /** There is one; otherwise it is a list of documents. */
  single?: boolean
  /** The one document is a bare number or switch. */
  bare?: Field
  /** Read from the top: the order counts, and can be changed. */
  ordered?: boolean
  /** The member that names the document above, of a tree. */
  under?: string
  sections: readonly Section[]
  columns?: readonly Column[]
  /** What a new one begins with. */
  fresh?: Value
  /** Members that nobody changes here, each with the reason. */
  omitted?: Record<string, string>
  /** It is no part of the settings document, and stands in the API by itself. */
  plain?: boolean
  /** What stands above the list. */
  above?: () => ReactNode
  /** What stands below the form of one, such as what else can be done with it. */
  below?: (item: Item) => ReactNode
}

export const fieldsOf = (k: Kind): readonly Field[] => k.sections.flatMap((s) => s.fields)

/** What a document is called by people. */
export function nameOf(v: Value | undefined, id = ''): string {
  const name = text(v?.name) || text(v?.title)
  const key = text(v?.id) || text(v?.number) || id
  if (name === '' || name === key) return key || name
  return key === '' ? name : `${name}（${key}）`
}

const text = (v: unknown) => (typeof v === 'string' ? v : typeof v === 'number' ? String(v) : '')

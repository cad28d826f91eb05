import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

import en from '@/i18n/en/settings.json'
import enFields from '@/i18n/en/settingsFields.json'
import zh from '@/i18n/zh-CN/settings.json'
import zhFields from '@/i18n/zh-CN/settingsFields.json'
import { places } from '../history/documentdiff'
import type { Field } from '../kit/field'
import { fieldsOf } from '../kit/kind'
import { settingsPlaces } from '../places'
import { kinds } from '.'

interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: string[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
}
interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> }
}

const api = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../../../api/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}
const schemas = api.components.schemas
const refOf = (s?: Schema) => s?.$ref?.split('/').at(-1)

/** What the box takes of each kind of settings, by its address. */
const taken = new Map<string, Schema>()
for (const [path, ops] of Object.entries(api.paths)) {
  const m = /^\/api\/v1\/settings\/([\w-]+)(\/\{id\})?$/.exec(path)
  const body = ops.put?.requestBody?.content['application/json']?.schema
  if (m && body && !refOf(body)?.startsWith('ReplaceItems')) taken.set(m[1]!, body)
}
taken.delete('flows') // menus are drawn in an editor of their own

// Objects that one control changes whole.
const whole: Record<string, string[]> = { target: ['Target', 'Onward'] }

/** The fields of a description that nobody can change, and those that it does not have. */
function compare(schema: string, fields: readonly Field[], omitted: Record<string, string> = {}, at = ''): string[] {
  const of = schemas[schema]
  if (!of?.properties) return [`${at} there is no ${schema}`]
  const wrong: string[] = []
  for (const [name, s] of Object.entries(of.properties)) {
    if (name === '$schema') continue
    const f = fields.find((x) => x.name === name)
    if (f && omitted[at + name]) wrong.push(`${at}${name} is left out, and has an input`)
    if (!f && !omitted[at + name]) wrong.push(`${at}${name} has neither an input nor a reason`)
    if (!f) continue
    const inner = refOf(s) ?? refOf(s.items)
    if (inner === undefined) continue
    if (f.kind === 'object' || f.kind === 'list') {
      if (f.schema !== inner) wrong.push(`${at}${name} is ${inner}, not ${f.schema}`)
      else if ((f.kind === 'list') !== (s.items !== undefined)) wrong.push(`${at}${name} is a list, or it is not`)
      else wrong.push(...compare(inner, f.fields, omitted, `${at}${name}.`))
    } else if (!whole[f.kind]?.includes(inner)) wrong.push(`${at}${name} is ${inner}, which a ${f.kind} cannot change`)
  }
  for (const f of fields) if (!of.properties[f.name]) wrong.push(`${at}${f.name} is not in the box`)
  return wrong
}

it('every kind of settings of the box has a page', () => {
  expect([...taken.keys()].filter((url) => !kinds.some((k) => k.url === url))).toEqual([])
  expect(kinds.filter((k) => !k.plain && !taken.has(k.url)).map((k) => k.url)).toEqual([])
})

it('every page stands in the home of the settings, and in words', () => {
  const shown = new Set(settingsPlaces.map((p) => p.key))
  expect(kinds.map((k) => k.url).filter((url) => !shown.has(url))).toEqual([])
  for (const words of [zh, en]) expect(settingsPlaces.filter((p) => !(p.key in words.kinds)).map((p) => p.key)).toEqual([])
})

it('the history knows where each kind is in the document', () => {
  expect(kinds.filter((k) => !k.plain && !(k.url in places)).map((k) => k.url)).toEqual([])
})

describe.each(kinds.map((k) => [k.url, k] as const))('%s', (_, kind) => {
  it('has an input for every field, or the reason why not', () => {
    if (kind.bare) {
      expect(refOf(taken.get(kind.url))).toBeUndefined()
      expect(fieldsOf(kind)).toEqual([kind.bare])
      return
    }
    if (!kind.plain) expect(refOf(taken.get(kind.url))).toBe(kind.schema)
    const fields = fieldsOf(kind).filter((f) => !f.atFirst)
    expect(compare(kind.schema, fields, kind.omitted)).toEqual([])
  })

  it('has words for every field, section and choice, in both languages', () => {
    const missing: string[] = []
    for (const [language, all, fields] of [['zh-CN', zh, zhFields], ['en', en, enFields]] as const) {
      const words = fields as Record<string, Record<string, { label: string; of?: Record<string, string> }>>
      const walk = (schema: string, list: readonly Field[]) => {
        for (const f of list) {
          const w = words[schema]?.[f.name]
          if (!w?.label) missing.push(`${language} ${schema}.${f.name}`)
          if ((f.kind === 'choice' || f.kind === 'choices') && !f.words) for (const v of f.of) if (!w?.of?.[v]) missing.push(`${language} ${schema}.${f.name} ${v}`)
          if (f.kind === 'object' || f.kind === 'list') walk(f.schema, f.fields)
        }
      }
      walk(kind.schema, fieldsOf(kind))
      if (kind.sections.length > 1) for (const s of kind.sections) if (!(s.key in all.sections)) missing.push(`${language} section ${s.key}`)
    }
    expect(missing).toEqual([])
  })
})

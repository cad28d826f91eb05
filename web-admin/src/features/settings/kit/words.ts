import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import type { Field, Path } from './field'
import { nameOf } from './kind'

/** The words for fields and their values, in the language of the page. */
export function useWords() {
  const { t, i18n } = useTranslation()
  return useMemo(() => {
    const label = (schema: string, name: string) => t(`settingsFields.${schema}.${name}.label`, name)
    const choice = (schema: string, f: Field & { kind: 'choice' | 'choices' }, v: string) =>
      t(f.words ? `${f.words}.${v}` : `settingsFields.${schema}.${f.name}.of.${v}`, v)
    const standardOf = (schema: string, f: Field) => {
      if (f.standard === undefined) return undefined
      const v = f.kind === 'choice' ? choice(schema, f, String(f.standard)) : f.kind === 'span' ? spell(Number(f.standard), f.in, t) : String(f.standard)
      return t('settings.standard', { value: v })
    }
    return { t, label, choice, standardOf, help: (schema: string, name: string) => t(`settingsFields.${schema}.${name}.help`, '') }
    // The words change with the language.
  }, [t, i18n.language])
}

type Say = (key: string, values?: Record<string, unknown>) => string

/** A length in words: "1 minute 30 seconds" as two numbers with their units. */
export function spell(n: number, base: 'seconds' | 'minutes', t: Say): string {
  let left = base === 'minutes' ? n * 60 : n
  if (left === 0) return `0 ${t(`settings.unit.${base}`)}`
  const out: string[] = []
  for (const [unit, size] of [['days', 86400], ['hours', 3600], ['minutes', 60], ['seconds', 1]] as const) {
    const count = unit === 'seconds' ? left : Math.floor(left / size)
    if (count > 0) out.push(`${count} ${t(`settings.unit.${unit}`)}`)
    left -= count * size
  }
  return out.join(' ')
}

export type Words = ReturnType<typeof useWords>

/** A value as people read it, without braces and quotes. */
export function say(w: Words, v: unknown, f?: Field, schema = ''): string {
  if (v === undefined || v === null || v === '') return ''
  if (typeof v === 'boolean') return w.t(v ? 'settings.yes' : 'settings.no')
  if (f?.kind === 'span' && typeof v === 'number') return spell(v, f.in, w.t)
  if (f?.kind === 'number' && f.unit) return `${String(v)} ${w.t(`settings.unit.${f.unit}`)}`
  if (f?.kind === 'choice') return w.choice(schema, f, String(v))
  if (f?.kind === 'secret') return '••••••'
  if (Array.isArray(v)) return v.map((x) => (f?.kind === 'choices' ? w.choice(schema, f, String(x)) : say(w, x, f?.kind === 'list' ? { ...f, kind: 'object' } as Field : undefined))).join('、')
  if (typeof v !== 'object') return String(v)
  const o = v as Record<string, unknown>
  if (f?.kind === 'target' || ('kind' in o && Object.keys(o).length <= 2)) return [w.t(`settings.target.${String(o.kind)}`, String(o.kind)), o.name].filter(Boolean).join(' ')
  const inner = f?.kind === 'object' || f?.kind === 'list' ? f : undefined
  const name = inner ? '' : nameOf(o)
  if (name !== '') return name
  return Object.entries(o)
    .map(([k, x]): [string, string] => {
      const g = inner?.fields.find((y) => y.name === k)
      return [g && inner ? w.label(inner.schema, k) : k, say(w, x, g, inner?.schema)]
    })
    .filter(([, x]) => x !== '')
    .map(([k, x]) => `${k} ${x}`)
    .join('，')
}

/** The field at a place, and the words that lead to it. */
export function trace(w: Words, schema: string, fields: readonly Field[], path: Path): { words: string[]; field?: Field; schema: string } {
  const words: string[] = []
  let list: readonly Field[] | undefined = fields
  let field: Field | undefined
  let at = schema
  for (const p of path) {
    const next: Field | undefined = list?.find((f) => f.name === p)
    if (next) {
      words.push(w.label(at, next.name))
      field = next
      list = undefined
      if (next.kind === 'object' || next.kind === 'list') {
        list = next.fields
        at = next.schema
      }
    } else {
      if (field?.kind === 'target') continue // it is one thing for people
      words.push(p === '⇅' ? w.t('settings.order') : String(p))
      if (field?.kind === 'map') field = undefined
    }
  }
  return { words, field, schema: at }
}

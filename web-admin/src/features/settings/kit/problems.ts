import type { FormInstance } from 'antd'

import type { Problem } from '@/api/problem'
import type { Path } from './field'

type Fault = Problem['fields'][number]

/**
 * Puts what the box found wrong under the fields of a form. What has no field of its own goes to the nearest one above it, and
 * what has none at all is returned.
 */
export function place(form: FormInstance, p: Problem): Fault[] {
  const known = form.getFieldsError().map((f) => f.name as Path)
  const errors = new Map<string, { name: Path; errors: string[] }>()
  const rest: Fault[] = []
  for (const f of p.fields) {
    const name = nearest(known, f.path)
    if (!name) {
      rest.push(f)
      continue
    }
    const below = f.path.slice(name.length).join(' › ')
    const key = name.join('.')
    const had = errors.get(key) ?? { name, errors: [] }
    had.errors.push(below === '' ? f.message : `${below}：${f.message}`)
    errors.set(key, had)
  }
  form.setFields([...errors.values()])
  const first = errors.values().next().value
  if (first) show(form, first.name)
  return rest
}

/** The longest of some places that a path leads through. */
export function nearest(known: Path[], path: string[]): Path | undefined {
  let best: Path | undefined
  for (const k of known) {
    if (k.length <= path.length && k.length > (best?.length ?? 0) && k.every((x, i) => String(x) === path[i])) best = k
  }
  return best
}

/** Opens what hides a field, and goes there. */
export function show(form: FormInstance, name: Path) {
  const field = form.getFieldInstance(name) as { focus?: () => void } | undefined
  const at = document.getElementById(['doc', ...name].join('_'))
  at?.closest('details')?.setAttribute('open', '')
  form.scrollToField(name, { block: 'center' })
  field?.focus?.()
}

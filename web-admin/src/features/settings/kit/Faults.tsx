import { useQueryClient } from '@tanstack/react-query'

import { kinds } from '../kinds'
import { places } from '../history/documentdiff'
import { fieldsOf, type Item, nameOf } from './kind'
import { trace, useWords } from './words'

interface Fault {
  path: string[]
  message: string
}

/** What the box found wrong at places that are no fields of a form, with the places by the names that people know. */
export function Faults({ list, said = '' }: { list: Fault[]; said?: string }) {
  const { t } = useWords()
  const where = usePlace()
  return (
    <ul>
      {list.map((f, i) => (
        <li key={i}>{[where(f.path), f.message === said ? '' : f.message].filter((x) => x !== '').join(t('settings.colon'))}</li>
      ))}
    </ul>
  )
}

/** Names a place of the settings document: the page, the document there, and the field. */
function usePlace() {
  const words = useWords()
  const client = useQueryClient()
  return (path: string[]): string => {
    if (path[0] !== 'settings') return path.join(' › ')
    const inside = path.slice(1)
    if (inside[0] === 'flows') return [words.t('settings.target.menu'), ...inside.slice(1).filter((p) => !/^\d+$/.test(p)).map((p) => p.replace(/[()]/g, ''))].join(' › ')
    const found = Object.entries(places).find(([, p]) => p.every((x, i) => inside[i] === x))
    const kind = kinds.find((k) => k.url === found?.[0])
    if (!found || !kind) return inside.join(' › ')
    const rest = inside.slice(found[1].length)
    const title = words.t(`settings.kinds.${kind.url}.title`)
    if (kind.single) return [title, ...trace(words, kind.schema, fieldsOf(kind), rest).words].join(' › ')
    const n = Number(rest[0])
    const item = client.getQueryData<{ items: Item[] }>(['settings', kind.url])?.items[n]
    const name = kind.ordered ? words.t('settings.rule', { n: n + 1 }) : item ? nameOf(item.value, item.id) : words.t('settings.nth', { n: n + 1 })
    return [title, name, ...trace(words, kind.schema, fieldsOf(kind), rest.slice(1)).words].join(' › ')
  }
}

import { useTranslation } from 'react-i18next'

import type { Node, Words } from './model'

/** What a node does, in a few words. */
export function useSummary() {
  const { t } = useTranslation()
  const said = (w: Words) => (typeof w === 'string' ? w : Object.values(w).find((v) => v) ?? '')
  return (n: Node): string => {
    const words = (n.say ?? []).map(said).join('、')
    switch (n.kind) {
      case 'queue': return n.queue ?? ''
      case 'extension': case 'external': case 'voicemail': return n.number ?? ''
      case 'hours': return n.calendar ?? ''
      case 'language': return n.language ?? ''
      case 'flow': return n.flow ?? ''
      case 'set': return Object.entries(n.values ?? {}).map(([k, v]) => `${k} = ${v}`).join(', ')
      case 'branch': return t('menus.cases', { count: n.cases?.length ?? 0 })
      default: return words
    }
  }
}

/** What leads on: "key 1", "no answer", "open". */
export function usePort() {
  const { t } = useTranslation()
  return (n: Node, port: string): string => {
    const [field = '', part = ''] = port.split('.')
    if (field === 'keys') return t('menus.ports.key', { key: part })
    if (field === 'cases') {
      const c = n.cases?.[Number(part)]
      return c ? `${c.variable} ${t(`menus.is.${c.is}`, c.is)} ${c.value ?? ''}`.trim() : part
    }
    return t(`menus.ports.${field}`)
  }
}

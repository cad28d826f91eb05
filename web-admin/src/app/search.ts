/** Reads texts of an address, for lists whose filter and page stand there. */
export function texts<K extends string>(...keys: K[]) {
  return (s: Record<string, unknown>): Partial<Record<K | 'cursor', string>> => {
    const found: Partial<Record<string, string>> = {}
    for (const k of [...keys, 'cursor']) {
      const v = s[k]
      if ((typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean') && v !== '') found[k] = String(v)
    }
    return found as Partial<Record<K | 'cursor', string>>
  }
}

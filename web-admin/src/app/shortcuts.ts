import { useEffect } from 'react'

/** Whether keys without Ctrl do anything: people who dictate switch them off (WCAG 2.2, 2.1.4). */
export const singleKeys = () => localStorage.getItem('single-keys') !== 'off'
export const setSingleKeys = (on: boolean) => localStorage.setItem('single-keys', on ? 'on' : 'off')

const typing = (e: KeyboardEvent) => {
  const at = e.target
  return at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))
}

/** The name of a key as shortcuts write it: "h", "F2", "Ctrl+Enter". */
export function nameOf(e: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key
  return (e.ctrlKey || e.metaKey ? 'Ctrl+' : '') + (e.altKey ? 'Alt+' : '') + key
}

/** Does something at a key as long as the component is there. A key without Ctrl does nothing while somebody types. */
export function useKeys(keys: Record<string, (() => void) | undefined>) {
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.repeat || e.isComposing) return
      const name = nameOf(e)
      const act = keys[name]
      const single = name.length === 1
      if (!act || (single && (typing(e) || !singleKeys()))) return
      e.preventDefault()
      act()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [keys])
}

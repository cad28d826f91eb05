import { useTranslation } from 'react-i18next'

const tones: Record<string, string> = { uploaded: 'off', checking: 'busy', checked: 'good', running: 'busy', done: 'good', failed: 'bad', cancelled: 'warn', undoing: 'busy', undone: 'off' }

/** How far an import is, in colour and in words. */
export function ImportState({ state }: { state: string }) {
  const { t } = useTranslation()
  return <span className={`led ${tones[state] ?? 'off'}`}>{t(`imports.states.${state}`, state)}</span>
}

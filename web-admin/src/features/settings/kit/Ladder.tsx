import { Form } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Path } from './field'
import { spell } from './words'

interface Rung {
  after_minutes?: number
  role?: string
  by?: string[]
}

const dig = (all: unknown, path: Path) => path.reduce<unknown>((v, k) => (v as Record<string, unknown> | undefined)?.[k], all)

/** An escalation as a line of time: when who is told, and where the deadline stands between them. */
export function Ladder({ at, beside }: { at: Path; beside: Path }) {
  const { t } = useTranslation()
  const form = Form.useFormInstance()
  const rungs = (Form.useWatch((all) => dig(all, at), { form, preserve: true }) as Rung[] | undefined) ?? []
  const within = Form.useWatch((all) => dig(all, [...beside, 'within_minutes']), { form, preserve: true }) as number | undefined
  const steps = rungs
    .filter((r) => r?.after_minutes !== undefined && r.role)
    .map((r) => ({ at: r.after_minutes!, due: false, text: [t(`settings.role.${r.role!}`, r.role!), (r.by ?? []).map((b) => t(`settings.by.${b}`, b)).join(' ')].filter(Boolean).join(' · ') }))
  if (within) steps.push({ at: within, due: true, text: t('settings.deadline') })
  steps.sort((a, b) => a.at - b.at || Number(a.due) - Number(b.due))
  if (steps.length === 0) return null
  return (
    <ol className="ladder">
      {steps.map((s, i) => (
        <li key={i} className={s.due ? 'due' : undefined}>
          <b className="number">{spell(s.at, 'minutes', t)}</b> {s.text}
        </li>
      ))}
    </ol>
  )
}

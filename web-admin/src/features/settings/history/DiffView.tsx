import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { Nothing } from '@/ui/states'
import { useWords } from '../kit/words'
import { documentDiff } from './documentdiff'

/** What differs between two settings documents: what went is struck through, what came stands below it. */
export function DiffView({ from, to }: { from: unknown; to: unknown }) {
  const { t } = useTranslation()
  const words = useWords()
  const parts = useMemo(() => documentDiff(words, from, to), [words, from, to])
  if (parts.length === 0) return <Nothing text={t('history.same')} />
  return (
    <div className="diff">
      {parts.map((p) => (
        <section key={p.kind}>
          <h3>{p.kind === 'flows' ? t('settings.target.menu') : p.kind === '' ? t('history.other') : t(`settings.kinds.${p.kind}.title`)}</h3>
          <ul className="rows">
            {p.rows.map((r, i) => (
              <li key={i}>
                <span>{r.where}</span>
                <span>
                  {r.from !== '' && <span><span className="sr-only">{t('settings.before')}</span><del className="diff-old">− {r.from}</del></span>}
                  {r.to !== '' && <span><span className="sr-only">{t('settings.now')}</span><ins className="diff-new">+ {r.to}</ins></span>}
                  {r.from === '' && r.to === '' && <span className="faint">{t('history.changed')}</span>}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

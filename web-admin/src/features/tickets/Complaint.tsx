import { useTranslation } from 'react-i18next'

import type { Schemas } from '@/api/client'
import { Fact } from '@/ui/Fact'
import { useColleagues } from './people'

/** What a complaint is about, why it came to that, and what keeps it from happening again. */
export function Complaint({ of: c }: { of: Schemas['TicketComplaint'] }) {
  const { t } = useTranslation()
  const { name } = useColleagues()
  const texts: [string, string | undefined][] = [
    ['category', c.category], ['about', name(c.about)], ['responsible', c.responsible], ['department', c.department],
    ['cause', c.cause], ['remedy', c.remedy], ['prevention', c.prevention],
  ]
  return (
    <section className="card" aria-label={t('tickets.complaint')}>
      <h2>{t('tickets.complaint')} {c.major && <span className="led bad">{t('tickets.major')}</span>}</h2>
      <dl className="facts">
        {texts.filter(([, v]) => v).map(([k, v]) => <Fact key={k} name={t(`tickets.complaints.${k}`)}>{v}</Fact>)}
        {c.cost !== undefined && <Fact name={t('tickets.complaints.cost')}><span className="number">{(c.cost / 100).toFixed(2)}</span></Fact>}
      </dl>
    </section>
  )
}

import '../settings.css'

import { Link } from '@tanstack/react-router'
import { Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/app/session'
import { PageHeader } from '@/ui/PageHeader'
import { Nothing } from '@/ui/states'
import { settingsGroups } from '../places'

/** Everything that is set, by what it is about. */
export default function SettingsHome() {
  const { t } = useTranslation()
  const { may } = useSession()
  const [query, setQuery] = useState('')
  const text = query.trim().toLowerCase()
  const groups = settingsGroups
    .map((g) => ({
      ...g,
      places: g.places
        .map((p) => ({ ...p, title: t(`settings.kinds.${p.key}.title`), about: t(`settings.kinds.${p.key}.about`, '') }))
        .filter((p) => may(p.perm) && `${p.title} ${p.about} ${p.key}`.toLowerCase().includes(text)),
    }))
    .filter((g) => g.places.length > 0)
  return (
    <>
      <PageHeader title={t('settings.title')} />
      <div className="filters">
        <Input.Search allowClear autoFocus value={query} onChange={(e) => setQuery(e.target.value)} placeholder={t('settings.findSetting')} aria-label={t('settings.findSetting')} style={{ maxWidth: 420 }} />
      </div>
      {groups.length === 0 && <Nothing text={t('settings.nothingFound')} />}
      <div className="cards settings-home">
        {groups.map((g) => (
          <section key={g.key} className="card" aria-label={t(`settings.groups.${g.key}`)}>
            <h2>{t(`settings.groups.${g.key}`)}</h2>
            <ul className="rows">
              {g.places.map((p) => (
                <li key={p.key}>
                  <Link to={p.path}>{p.title}</Link>
                  <span className="faint">{p.about}</span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  )
}

import { Link } from '@tanstack/react-router'
import { Breadcrumb } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { PageHeader } from '@/ui/PageHeader'

/** The head of a page of the settings: the way back, what it is, and what it is for. */
export function SettingsHeader({ kind, name, children }: { kind: string; name?: string; children?: ReactNode }) {
  const { t } = useTranslation()
  // A page of its own may stand at the address of a kind.
  const path: string = `/settings/${kind}`
  const title = t(`settings.kinds.${kind}.title`)
  const about = t(`settings.kinds.${kind}.about`, '')
  return (
    <>
      <Breadcrumb
        items={[
          { title: <Link to="/settings">{t('settings.title')}</Link> },
          ...(name === undefined ? [{ title }] : [{ title: <Link to={path}>{title}</Link> }, { title: name }]),
        ]}
      />
      <PageHeader title={name ?? title}>
        <span className="grow" />
        {children}
      </PageHeader>
      {about && name === undefined && <p className="faint about">{about}</p>}
    </>
  )
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useSession } from '@/app/session'
import { useComplain } from '@/ui/complain'
import { moment } from '@/ui/format'
import { Mark } from '@/ui/Mark'
import { difference, type Flow } from './model'

/** The published versions, what differs from the draft, and the way back to one of them. */
export function Versions({ shelf, draft, onDone }: { shelf: Schemas['FlowShelf']; draft: Flow; onDone: () => void }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const { modal } = App.useApp()
  const client = useQueryClient()
  const onError = useComplain()
  const [shown, setShown] = useState<number>()
  const back = useMutation({
    mutationFn: (version: number) => take(api.POST('/api/v1/settings/flows/{id}/roll-back', { params: { path: { id: shelf.id } }, body: { version } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['menus'] })
      onDone()
    },
    onError,
  })
  const versions = [...shelf.versions].reverse()
  if (versions.length === 0) return <p className="faint">{t('menus.noVersions')}</p>
  return (
    <ul className="rows">
      {versions.map((v) => (
        <li key={v.version}>
          <strong>{t('menus.version', { n: v.version })}</strong>
          {v.version === shelf.published && <Mark tone="good">{t('menus.inForce')}</Mark>}
          <span className="faint number">{moment(v.at)}</span> <span className="faint">{v.note}</span>
          <span className="grow" />
          <Button size="small" aria-expanded={shown === v.version} onClick={() => setShown(shown === v.version ? undefined : v.version)}>{t('menus.compare')}</Button>
          {may('settings.write') && v.version !== shelf.published && (
            <Button
              size="small" loading={back.isPending && back.variables === v.version}
              onClick={() => modal.confirm({ title: t('menus.rollBackTo', { n: v.version }), content: t('menus.publishHint'), onOk: () => back.mutateAsync(v.version).catch(() => {}) })}
            >{t('menus.rollBack')}</Button>
          )}
          {shown === v.version && <Difference from={v.flow} to={draft} />}
        </li>
      ))}
    </ul>
  )
}

/** What the draft has that a version has not, and the other way round. */
function Difference({ from, to }: { from: Flow; to: Flow }) {
  const { t } = useTranslation()
  const d = difference(from, to)
  const parts = [['added', 'good'], ['removed', 'bad'], ['changed', 'warn']] as const
  if (parts.every(([p]) => d[p].length === 0)) return <p className="faint">{t('menus.same')}</p>
  return (
    <div style={{ flexBasis: '100%' }}>
      {parts.flatMap(([p, tone]) => d[p].map((n) => <Mark key={p + n} tone={tone}>{t(`menus.diff.${p}`, { name: n })}</Mark>))}
    </div>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useSession } from '@/app/session'
import { Since } from '@/ui/Since'
import { type Self, useChange } from './useAgent'

/** What one is doing, since when, and what one can do instead. */
export function StateSwitch({ self }: { self: Self }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const change = useChange()
  const reasons = useQuery({
    queryKey: ['settings', 'pause-reasons'], enabled: may('settings.read'),
    queryFn: () => take(api.GET('/api/v1/settings/pause-reasons', { params: { query: { limit: 100 } } })),
  })
  const state = stateOf(self)
  const names = (reasons.data?.items ?? []).map((r) => ({ id: r.value.id, name: r.value.name }))
  const items =
    self.status === 'signed_out'
      ? [{ key: 'sign-in', label: t('agent.signIn') }]
      : [
          ...(self.status === 'paused' ? [{ key: 'resume', label: t('agent.resume') }] : []),
          ...(self.status === 'available'
            ? names.length > 0
              ? names.map((r) => ({ key: 'pause ' + r.id, label: t('agent.pauseFor', { reason: r.name }) }))
              : [{ key: 'pause', label: t('agent.pause') }]
            : []),
          { key: 'sign-out', label: t('agent.signOut') },
        ]
  const pick = (key: string) => {
    const [what, reason] = key.split(' ')
    change.mutate({ do: what as 'pause', reason })
  }
  const reason = self.reason && (names.find((r) => r.id === self.reason)?.name ?? self.reason)
  return (
    <Dropdown trigger={['click']} menu={{ items, onClick: (e) => pick(e.key) }}>
      <Button loading={change.isPending} aria-haspopup="menu">
        <span className={`led ${tones[state] ?? 'off'}`}>{t(`live.states.${state}`)}</span>
        {reason && <span className="faint">{reason}</span>}
        <Since at={self.since} />
      </Button>
    </Dropdown>
  )
}

/** One word for what an agent does: the call comes first, then whether calls may come. */
export const stateOf = (a: Pick<Self, 'status' | 'activity'>) => (a.activity === 'idle' || a.activity === '' ? a.status : a.activity)

/** The colour of a state; the word stands beside it. */
export const tones: Record<string, string> = {
  available: 'good', reserved: 'busy', ringing: 'busy', talking: 'busy', wrap_up: 'warn', paused: 'warn', signed_out: 'off',
}

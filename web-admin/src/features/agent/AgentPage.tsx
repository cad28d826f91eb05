import { Alert, Tabs } from 'antd'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/app/session'
import { PageHeader } from '@/ui/PageHeader'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import { PhoneSwitch } from '@/softphone/PhoneSwitch'
import { CallBar } from './CallBar'
import { CustomerPanel } from './CustomerPanel'
import { OpenThings, PastCalls } from './History'
import { StateSwitch } from './StateSwitch'
import { useOwnCall, useSelf } from './useAgent'
import { WrapUp } from './WrapUp'

/** Where an agent works all day: state, call, who is calling, what is open, and what came of it. */
export default function AgentPage() {
  const { t } = useTranslation()
  const { me } = useSession()
  const self = useSelf()
  const { id, pop, call } = useOwnCall(self.data)
  if (me.user.agent === '') return <Nothing text={t('agent.noAgent')} />
  if (self.error) return <ErrorState error={self.error} retry={() => void self.refetch()} />
  if (!self.data) return <Loading />
  const a = self.data
  return (
    <>
      <PageHeader title={t('agent.title')}>
        <StateSwitch self={a} />
        <PhoneSwitch />
        <span className="faint">{t('agent.today', { calls: a.calls, misses: a.misses })}</span>
      </PageHeader>
      {a.status === 'paused' && a.misses > 0 && a.reason === 'missed' && <Alert type="warning" showIcon title={t('agent.missed')} style={{ marginBottom: 12 }} />}
      <CallBar call={call} pop={pop} ringing={a.activity === 'ringing' || a.activity === 'reserved'} />
      {pop ? (
        <div className="agent-grid">
          <section className="card" aria-label={t('agent.customer')}><CustomerPanel key={pop.call} pop={pop} /></section>
          <section className="card" aria-label={t('agent.history')}>
            <Tabs
              size="small"
              items={[
                { key: 'open', label: t('agent.open', { count: pop.open.length }), children: <OpenThings pop={pop} /> },
                { key: 'calls', label: t('agent.calls', { count: pop.calls.length }), children: <PastCalls pop={pop} /> },
              ]}
            />
          </section>
        </div>
      ) : (
        <div className="card agent-idle"><Nothing text={a.status === 'available' ? t('agent.waiting') : t('agent.notWaiting')} /></div>
      )}
      {id && <WrapUp key={id} call={id} self={a} />}
    </>
  )
}

import { useDeferredValue, useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/app/session'
import { stateOf } from '@/features/agent/StateSwitch'
import { PageHeader } from '@/ui/PageHeader'
import { ErrorState, Loading } from '@/ui/states'
import { Agents } from './Agents'
import { Calls } from './Calls'
import { DueTickets } from './DueTickets'
import { sums } from './floor'
import './live.css'
import { Rooms } from './Rooms'
import { Screens } from './Screens'
import { Tiles } from './Tiles'
import { Unreturned } from './Unreturned'
import { useFloor } from './useFloor'
import { useReasons } from './useReasons'
import { Waiting } from './Waiting'

/** What goes on at this moment, and what whoever leads the agents can do about it. */
export default function LivePage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const floor = useFloor()
  const reasons = useReasons()
  const day = useMemo(() => sums(floor.queues), [floor.queues])
  // Long lists follow in pieces, so that no change of many holds up the page.
  const queues = useDeferredValue(floor.queues)
  const agents = useDeferredValue(floor.agents)
  const calls = useDeferredValue(floor.calls)
  const doing = useMemo(() => {
    const n = { talking: 0, available: 0 }
    for (const a of floor.agents) {
      const s = stateOf(a)
      if (s === 'talking' || s === 'available') n[s]++
    }
    return n
  }, [floor.agents])
  if (floor.error) return <ErrorState error={floor.error} retry={floor.retry} />
  if (!floor.ready) return <Loading />
  return (
    <>
      <PageHeader title={t('live.title')}><span className="grow" />{may('agents.manage') && <Screens />}</PageHeader>
      <Tiles {...day} talking={doing.talking} free={doing.available} />
      <div className="live-grid">
        <div className="live-col">
          <Waiting queues={queues} calls={calls} names={floor.names} />
          {may('calls.read') && <Calls calls={calls} agents={agents} names={floor.names} />}
          {may('live.read') && <Rooms />}
        </div>
        <div className="live-col">
          <Agents agents={agents} reasons={reasons} />
          {may('customers.read') && <Unreturned />}
          {may('tickets.read') && <DueTickets />}
        </div>
      </div>
    </>
  )
}

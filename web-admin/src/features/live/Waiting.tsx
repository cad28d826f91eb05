import { CrownOutlined } from '@ant-design/icons'
import { memo, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/app/session'
import { Mark } from '@/ui/Mark'
import { Since } from '@/ui/Since'
import { type Call, type Line, lines, type Queue } from './floor'
import { MoveMenu } from './MoveMenu'
import { Virtual } from './Virtual'

/** The queues, and who waits in them. */
export const Waiting = memo(function Waiting({ queues, calls, names }: { queues: Queue[]; calls: Map<string, Call>; names: Map<string, string> }) {
  const { t } = useTranslation()
  const [only, setOnly] = useState<string>()
  const { may } = useSession()
  const list = useMemo(() => lines(queues, only, calls, names), [queues, only, calls, names])
  const move = may('calls.monitor')
  return (
    <section className="card live-waiting" aria-label={t('live.waitingCallers')}>
      <h2>{t('live.waitingCallers')}</h2>
      <div className="live-queues" role="group" aria-label={t('live.queues')}>
        {queues.map((q) => (
          <QueueChip
            key={q.id} name={q.name} waiting={q.waiting.length} free={q.free} serving={q.serving} pressed={only === q.id}
            id={q.id} onPick={setOnly}
          />
        ))}
      </div>
      {list.length === 0 ? (
        <p className="faint live-none">{t('live.nobodyWaits')}</p>
      ) : (
        <Virtual items={list} line={40} lines={9} label={t('live.waitingCallers')} keyOf={(l) => l.call}>
          {(l) => <WaitingLine {...l} move={move} />}
        </Virtual>
      )}
    </section>
  )
})

const QueueChip = memo(function QueueChip(p: { id: string; name: string; waiting: number; free: number; serving: number; pressed: boolean; onPick: (id?: string) => void }) {
  const { t } = useTranslation()
  return (
    <button type="button" className={`live-queue ${p.waiting > 0 ? (p.free === 0 ? 'bad' : 'warn') : ''}`} aria-pressed={p.pressed} onClick={() => p.onPick(p.pressed ? undefined : p.id)}>
      <span className="live-queue-name">{p.name}</span>
      <b className="number">{p.waiting}</b>
      <span className="faint">{t('live.queueLine', { serving: p.serving, free: p.free })}</span>
    </button>
  )
})

interface LineProps extends Line {
  move: boolean
}

const same = (a: LineProps, b: LineProps) =>
  a.call === b.call && a.position === b.position && a.since === b.since && a.number === b.number && a.name === b.name && a.vip === b.vip &&
  a.chosenKey === b.chosenKey && a.ringing === b.ringing && a.queueName === b.queueName && a.move === b.move

/** One who waits. Where they can be moved is read when the menu opens. */
const WaitingLine = memo(function WaitingLine(l: LineProps) {
  const { t } = useTranslation()
  return (
    <div className="live-line">
      <span className="number live-position">{l.position}</span>
      <span className="live-who">
        {l.vip && <Mark tone="warn"><CrownOutlined /> VIP</Mark>}
        <span className="live-name">{l.name || <span className="number">{l.number || t('live.withheld')}</span>}</span>
        {l.name && <span className="number faint">{l.number}</span>}
        {l.chosenKey && <Mark>{t('live.key', { key: l.chosenKey })}</Mark>}
      </span>
      <span className="live-place faint">{l.ringing ? t('live.ringsAt', { names: l.ringing }) : l.queueName}</span>
      <Since at={l.since} />
      {l.move && <MoveMenu call={l.call} queue={l.queue} who={l.name || l.number} />}
    </div>
  )
}, same)

import { type Alarm, type Board, levelAlarm, lossAlarm, type Queue, waitAlarm, waitingAlarm } from './board'
import { length } from '@/ui/length'
import { useSecond } from '@/ui/second'
import { say } from './words'

const states = ['available', 'talking', 'ringing', 'wrap_up', 'paused', 'signed_out'] as const

/** The numbers of the day, all queues together. */
export function Day({ sum, agents, path }: { sum: Queue; agents: Board['agents']; path: string }) {
  const level = sum.ended === 0 ? '–' : `${Math.round((100 * sum.in_time) / sum.ended)}%`
  const lost = sum.ended === 0 ? '–' : `${((100 * sum.abandoned) / sum.ended).toFixed(1)}%`
  return (
    <main className="wall-day">
      <Tile label={say('waiting')} alarm={waitingAlarm(sum.waiting, sum.free, sum.serving)} value={String(sum.waiting)}>
        <svg className="wall-line" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden><path d={path} /></svg>
      </Tile>
      <Longest sum={sum} />
      <Tile label={say('level')} alarm={levelAlarm(sum.in_time, sum.ended)} value={level} note={say('levelNote', { met: sum.in_time, of: sum.ended })} />
      <Tile label={say('abandoned')} alarm={lossAlarm(sum.abandoned, sum.ended)} value={lost} note={say('abandonedNote', { count: sum.abandoned })} />
      <Tile label={say('answered')} alarm="calm" value={String(sum.answered)} note={say('answeredNote', { count: sum.entered })} />
      <section className="wall-tile wall-agents">
        <h2>{say('agents')}</h2>
        <ul>
          {states.map((s) => (
            <li key={s} className={s}><b>{agents[s]}</b><span>{say(s)}</span></li>
          ))}
        </ul>
      </section>
    </main>
  )
}

function Longest({ sum }: { sum: Queue }) {
  const now = useSecond()
  const seconds = sum.since ? now - Date.parse(sum.since) / 1000 : 0
  return <Tile label={say('longest')} alarm={sum.since ? waitAlarm(seconds, sum.within) : 'calm'} value={sum.since ? length(seconds) : '–'} note={say('longestNote', { within: sum.within })} />
}

function Tile({ label, value, alarm, note, children }: { label: string; value: string; alarm: Alarm; note?: string; children?: React.ReactNode }) {
  return (
    <section className={`wall-tile ${alarm}`}>
      <h2>{label}{alarm !== 'calm' && <em>{say(alarm)}</em>}</h2>
      <b className="wall-value">{value}</b>
      <footer>{note && <p>{note}</p>}{children}</footer>
    </section>
  )
}

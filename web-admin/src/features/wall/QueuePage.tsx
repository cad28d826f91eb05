import { levelAlarm, type Queue, waitAlarm, waitingAlarm } from './board'
import { length } from '@/ui/length'
import { useSecond } from '@/ui/second'
import { say } from './words'

/** Some of the queues, a line each. */
export function QueuePage({ queues }: { queues: Queue[] }) {
  const now = useSecond()
  return (
    <main className="wall-queues">
      <table style={{ height: `${Math.min(100, 10 + queues.length * 11.25)}%` }}>
        <thead>
          <tr><th>{say('queue')}</th><th>{say('waiting')}</th><th>{say('longest')}</th><th>{say('level')}</th><th>{say('answered')}</th><th>{say('abandonedCount')}</th><th>{say('free')}</th></tr>
        </thead>
        <tbody>
          {queues.map((q) => {
            const wait = q.since ? now - Date.parse(q.since) / 1000 : 0
            return (
              <tr key={q.id}>
                <th scope="row"><span>{q.name}</span></th>
                <Cell alarm={waitingAlarm(q.waiting, q.free, q.serving)}>{q.waiting}</Cell>
                <Cell alarm={q.since ? waitAlarm(wait, q.within) : 'calm'}>{q.since ? length(wait) : '–'}</Cell>
                <Cell alarm={levelAlarm(q.in_time, q.ended)}>{q.ended === 0 ? '–' : `${Math.round((100 * q.in_time) / q.ended)}%`}</Cell>
                <td>{q.answered}</td>
                <td>{q.abandoned}</td>
                <td>{q.free}<small> / {q.serving}</small></td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </main>
  )
}

function Cell({ alarm, children }: { alarm: 'calm' | 'amber' | 'red'; children: React.ReactNode }) {
  return <td className={alarm}>{children}{alarm !== 'calm' && <em>{say(alarm)}</em>}</td>
}

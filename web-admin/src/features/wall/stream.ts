import { type Board, Reader } from './board'

/** What the wall knows of the box: it is heard, it is not, or it knows no such screen. */
export type Link = 'heard' | 'lost' | 'denied'

/** The box says something at least every 15 s. */
const silence = 40_000
const waits = [1000, 2000, 5000, 10_000]

/**
 * Follows the board until the page ends. The token goes in a header, so that it stands in no log; EventSource could not do
 * that.
 */
export async function follow(token: string, onBoard: (b: Board) => void, onLink: (l: Link) => void, end: AbortSignal) {
  for (let failed = 0; !end.aborted; failed++) {
    const stop = new AbortController()
    const over = () => stop.abort()
    end.addEventListener('abort', over, { once: true })
    let watchdog = setTimeout(over, silence)
    let denied = false
    try {
      const answer = await fetch('/api/v1/wall/events', { headers: { Authorization: `Bearer ${token}`, Accept: 'text/event-stream' }, credentials: 'omit', signal: stop.signal })
      denied = answer.status === 401 || answer.status === 403
      if (!answer.ok || !answer.body) throw new Error(String(answer.status))
      const pieces = answer.body.pipeThrough(new TextDecoderStream()).getReader()
      const reader = new Reader()
      for (;;) {
        const { done, value } = await pieces.read()
        if (done) break
        for (const data of reader.take(value)) {
          clearTimeout(watchdog)
          watchdog = setTimeout(over, silence)
          failed = 0
          onLink('heard')
          onBoard(JSON.parse(data) as Board)
        }
      }
    } catch {
      // It is tried again below.
    }
    clearTimeout(watchdog)
    end.removeEventListener('abort', over)
    if (end.aborted) return
    if (failed > 0 || denied) onLink(denied ? 'denied' : 'lost')
    await pause((denied ? 60_000 : waits[Math.min(failed, waits.length - 1)]!) * (0.8 + 0.4 * Math.random()), end)
  }
}

function pause(ms: number, end: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms)
    end.addEventListener('abort', () => { clearTimeout(timer); done() }, { once: true })
  })
}

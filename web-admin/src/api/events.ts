import type { Schemas } from './client'

/** What the box tells as it happens, by the name of the event. */
export interface News {
  pop: Schemas['Pop']
  call: Schemas['CallChanged']
  'call-ended': Schemas['CallEnded']
  agent: Schemas['AgentChanged']
  queues: Schemas['QueuesChanged']
  lines: Schemas['LinesChanged']
  record: Schemas['RecordChanged']
  notice: unknown
  ping: Schemas['Ping']
  resync: Schemas['Resync']
}

export type Name = keyof News
const names: Name[] = ['pop', 'call', 'call-ended', 'agent', 'queues', 'lines', 'record', 'notice', 'ping', 'resync']

type Message = { [N in Name]: { name: N; data: News[N] } }[Name]

/** How long the box may be silent: it says something every 15 s. */
const silence = 40_000

const channelName = 'dealerline-events'

/**
 * The stream of what happens. One window of a browser holds it (Web Locks) and tells the others (BroadcastChannel), so
 * that eight windows are one stream for the box.
 */
export class Events {
  private readonly handlers = new Map<Name, Set<(data: never) => void>>()
  private readonly watchers = new Set<(live: boolean) => void>()
  private readonly channel = new BroadcastChannel(channelName)
  private readonly end = new AbortController()
  private source?: EventSource
  private watchdog?: ReturnType<typeof setTimeout>
  private wait = 1000
  private gone = false
  private begun = false
  live = true

  /** refused is called when the box lets nobody listen: whoever was signed in is not any more, perhaps. */
  constructor(private readonly refused: () => void = () => {}, private readonly url = '/api/v1/events') {
    this.channel.onmessage = (e: MessageEvent<Message>) => this.take(e.data)
    this.watch()
    void navigator.locks.request(channelName, { signal: this.end.signal }, () => this.lead()).catch(() => {}) // closed before its turn
  }

  /** Calls back with each event of a name. Returns how to stop that. */
  on<N extends Name>(name: N, f: (data: News[N]) => void): () => void {
    const set = this.handlers.get(name) ?? new Set()
    this.handlers.set(name, set.add(f as (data: never) => void))
    return () => set.delete(f as (data: never) => void)
  }

  /** Calls back when the box falls silent or speaks again. Returns how to stop that. */
  onLive(f: (live: boolean) => void): () => void {
    this.watchers.add(f)
    return () => this.watchers.delete(f)
  }

  close() {
    this.gone = true
    this.end.abort()
    clearTimeout(this.watchdog)
    this.source?.close()
    this.channel.close()
  }

  /** Holds the stream until the window closes. */
  private lead(): Promise<void> {
    this.open()
    return new Promise((done) => this.end.signal.addEventListener('abort', () => done()))
  }

  private open() {
    if (this.gone) return
    const source = new EventSource(this.url)
    this.source = source
    let anew = true
    source.onopen = () => {
      // A stream that is not the former one's continuation may have missed something, unless nothing was read before.
      if (anew && this.begun) this.announce({ name: 'resync', data: {} as Schemas['Resync'] })
      anew = false
      this.begun = true
    }
    for (const name of names) {
      source.addEventListener(name, (e) => {
        this.wait = 1000
        this.announce({ name, data: JSON.parse((e as MessageEvent<string>).data) } as Message)
      })
    }
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) {
        this.tell(false)
        return // the browser comes back by itself, with the id of the last event
      }
      source.close()
      this.tell(false)
      this.refused()
      setTimeout(() => this.open(), this.wait * (0.8 + 0.4 * Math.random()))
      this.wait = Math.min(this.wait * 2, 10_000)
    }
  }

  private announce(m: Message) {
    this.channel.postMessage(m)
    this.take(m)
  }

  private take(m: Message) {
    this.begun = true
    this.tell(true)
    this.watch()
    this.handlers.get(m.name)?.forEach((f) => (f as (data: unknown) => void)(m.data))
  }

  private watch() {
    clearTimeout(this.watchdog)
    this.watchdog = setTimeout(() => {
      this.tell(false)
      if (this.source) {
        this.source.close()
        this.open()
      }
    }, silence)
  }

  private tell(live: boolean) {
    if (live === this.live) return
    this.live = live
    this.watchers.forEach((f) => f(live))
  }
}

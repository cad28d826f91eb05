import { api, take } from '@/api/client'
import { Current } from './call'
import { close, openMicrophone } from './microphone'
import { Ringer } from './ring'
import { load, save, type Settings } from './settings'
import { faultOf, type PhoneState } from './state'
import type { Line, Loan, Session } from './ua'

/** How long before a lent password ends a new one is fetched, in milliseconds. */
const early = 120_000
/** The WebSocket was closed because this person has connected anew elsewhere. */
const replaced = 4001
/** How long until it is tried again when the box lends none. */
const again = 10_000

/**
 * The agent's telephone in the page. There is one for the whole page, whatever is shown, and one page of a browser has it:
 * the others wait for the lock, or take it when told to.
 */
export class Phone {
  private state: PhoneState = { settings: load(), link: 'off' }
  private readonly watchers = new Set<() => void>()
  private line?: Line
  private current?: Current
  private readonly ringer = new Ringer()
  private renewal?: ReturnType<typeof setTimeout>
  private release?: () => void
  private era = 0
  private refusedAt = 0

  readonly get = () => this.state

  readonly subscribe = (f: () => void) => {
    this.watchers.add(f)
    return () => {
      this.watchers.delete(f)
    }
  }

  set(more: Partial<PhoneState>) {
    this.state = { ...this.state, ...more }
    this.watchers.forEach((f) => f())
  }

  /** Changes what is remembered; what can change at once does. */
  configure(more: Partial<Settings>) {
    const settings = { ...this.state.settings, ...more }
    save(settings)
    this.set({ settings })
    if (more.on === true) void this.start()
    if (more.on === false) this.stop()
    if (more.microphone !== undefined) void this.current?.changeMicrophone(more.microphone)
    if (more.speaker !== undefined) void this.current?.changeSpeaker(more.speaker)
  }

  /** Becomes the agent's telephone. With steal the page that is it is relieved of it. */
  async start(steal = false) {
    if (this.state.link !== 'off' && this.state.link !== 'elsewhere') return
    const era = ++this.era
    this.set({ link: 'connecting', fault: undefined })
    try {
      close(await openMicrophone(this.state.settings.microphone)) // people are asked now, not when it rings
    } catch (e) {
      this.set({ fault: faultOf(e), link: 'off' })
      return
    }
    if (era !== this.era) return
    navigator.locks
      .request('softphone', steal ? { steal } : { ifAvailable: true }, async (lock) => {
        if (!lock || era !== this.era) {
          if (era === this.era) this.leave('elsewhere')
          return
        }
        await new Promise<void>((free) => {
          this.release = free
          void this.connect(era)
        })
      })
      .catch(() => era === this.era && this.leave('elsewhere')) // another page has taken it
  }

  /** Is no telephone any more. */
  stop() {
    this.era++
    this.leave('off')
    this.set({ fault: undefined })
  }

  private leave(link: 'off' | 'elsewhere') {
    clearTimeout(this.renewal)
    this.current?.hangUp()
    this.line?.stop()
    this.line = undefined
    this.release?.()
    this.release = undefined
    this.set({ link })
  }

  private async connect(era: number) {
    const loan = await this.borrow(era)
    if (!loan) return
    const { Line } = await import('./ua')
    if (era !== this.era) return
    this.line = new Line(loan, {
      connected: () => this.current?.recover(),
      disconnected: (code) => {
        if (era !== this.era) return
        // The line is in the middle of its own business when it says so.
        if (code === replaced) setTimeout(() => era === this.era && this.leave('elsewhere'))
        else this.set({ link: 'unreachable' })
      },
      registered: () => era === this.era && this.set({ link: 'ready', fault: undefined }),
      refused: () => {
        // Usually a password that ran out while the computer slept; whatever else it is shall not be asked for again and again.
        const pause = Date.now() - this.refusedAt < again ? again : 500
        this.refusedAt = Date.now()
        setTimeout(() => era === this.era && void this.renew(era, true), pause)
      },
      incoming: (s) => this.ring(s),
    })
    this.line.start()
  }

  /** Fetches a password and sees to it that there will be a next one. */
  private async borrow(era: number): Promise<Loan | undefined> {
    for (;;) {
      try {
        const loan = await take(api.POST('/api/v1/live/agents/me/softphone'))
        if (era !== this.era) return undefined
        this.set({ echo: loan.echo })
        clearTimeout(this.renewal)
        this.renewal = setTimeout(() => void this.renew(era, false), Math.max(again, Date.parse(loan.until) - Date.now() - early))
        return loan
      } catch (e) {
        if (era !== this.era) return undefined
        const status = (e as { status?: number }).status ?? 0
        if (status >= 400 && status < 500 && status !== 429) {
          this.leave('off')
          this.set({ link: 'refused' })
          return undefined
        }
        this.set({ link: 'unreachable' })
        await new Promise((done) => setTimeout(done, again))
        if (era !== this.era) return undefined
      }
    }
  }

  private async renew(era: number, now: boolean) {
    const loan = await this.borrow(era)
    if (!loan) return
    this.line?.renew(loan)
    if (now) this.line?.register()
  }

  private ring(s: Session) {
    if (this.current) {
      s.hangUp() // one call at a time: busy
      return
    }
    this.begin(s, 'ringing')
    const auto = s.auto || this.state.settings.auto
    if (auto) void this.answer()
    else void this.ringer.start(this.state.settings.ringer)
  }

  private begin(s: Session, stage: 'ringing' | 'calling'): Current {
    const c = new Current(s, stage, this.state.settings, (more) => {
      if (this.current !== c) return
      if (more.stage === 'talking') this.ringer.stop()
      const call = this.state.call
      this.set({ call: call && { ...call, ...more } })
    }, () => this.over(c), (fault) => this.set({ fault }))
    this.current = c
    this.set({ call: { stage, number: s.number, name: s.name, since: Date.now(), muted: false, held: false, recovering: false } })
    return c
  }

  private over(c: Current) {
    if (this.current !== c) return
    this.ringer.stop()
    this.current = undefined
    this.set({ call: undefined })
  }

  /** Takes up the call that rings. */
  async answer() {
    const c = this.current
    if (this.state.call?.stage !== 'ringing' || !c) return
    this.ringer.stop()
    try {
      c.answer(await openMicrophone(this.state.settings.microphone))
      this.set({ fault: undefined })
    } catch (e) {
      c.hangUp() // the queue asks somebody who can be heard
      this.set({ fault: faultOf(e) })
    }
  }

  /** Calls a number. */
  async call(number: string) {
    if (this.current || !this.line?.connected || number === '') return
    let microphone: MediaStream
    try {
      microphone = await openMicrophone(this.state.settings.microphone)
    } catch (e) {
      this.set({ fault: faultOf(e) })
      return
    }
    if (this.current || !this.line) {
      close(microphone)
      return
    }
    this.begin(this.line.call(number, microphone), 'calling').own(microphone)
  }

  hangUp = () => this.current?.hangUp()
  mute = (on: boolean) => this.current?.mute(on)
  hold = (on: boolean) => this.current?.hold(on)
  press = (key: string) => this.current?.press(key)
  /** Hangs up after so many seconds; undefined: not by itself. */
  hangUpIn = (seconds: number | undefined) => this.current?.hangUpIn(seconds)
  /** What is heard and said, for meters. */
  sounds = () => this.current?.sounds()
}

/** The page's telephone. */
export const phone = new Phone()

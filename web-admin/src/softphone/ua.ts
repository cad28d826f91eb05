import { UA, WebSocketInterface } from 'jssip'
import type { EndEvent, IncomingEvent, RTCSession } from 'jssip/lib/RTCSession'
import type { DisconnectEvent, RTCSessionEvent, UnRegisteredEvent } from 'jssip/lib/UA'

import type { Schemas } from '@/api/client'
import { answersItself } from './state'

export type Loan = Schemas['SoftphoneLoan']

/** What a line reports. */
export interface Told {
  connected: () => void
  /** The WebSocket was closed; the line comes back by itself unless it is told to stop. */
  disconnected: (code: number | undefined) => void
  registered: () => void
  /** The box does not want this password (any more). */
  refused: () => void
  incoming: (s: Session) => void
}

/** A line to the box: SIP over the console's own WebSocket (RFC 7118). */
export class Line {
  private readonly ua: UA
  private readonly realm: string

  constructor(loan: Loan, told: Told) {
    this.realm = loan.realm
    this.ua = new UA({
      sockets: new WebSocketInterface(`wss://${location.host}${loan.path}`),
      uri: `sip:${loan.extension}@${loan.realm}`, authorization_user: loan.extension, password: loan.password,
      display_name: loan.name, register: true, register_expires: 300, session_timers: false,
      connection_recovery_min_interval: 1, connection_recovery_max_interval: 8, user_agent: 'Dealerline',
    })
    this.ua.on('connected', told.connected)
    this.ua.on('disconnected', (e: DisconnectEvent) => told.disconnected(e.code))
    this.ua.on('registered', told.registered)
    this.ua.on('registrationFailed', (e: UnRegisteredEvent) => {
      const status = (e.response as { status_code?: number } | null)?.status_code
      if (status === 403 || status === 401) told.refused()
    })
    this.ua.on('newRTCSession', (e: RTCSessionEvent) => {
      if (e.originator !== 'remote') return
      told.incoming(new Session(e.session, answersItself(e.request.getHeader('call-info'), e.request.getHeader('alert-info'))))
    })
  }

  start() {
    this.ua.start()
  }

  /** Unregisters, ends calls and closes. */
  stop() {
    this.ua.stop()
  }

  renew(loan: Loan) {
    this.ua.set('password', loan.password)
  }

  register() {
    this.ua.register()
  }

  get connected() {
    return this.ua.isConnected()
  }

  call(number: string, microphone: MediaStream): Session {
    const target = `sip:${encodeURIComponent(number).replaceAll('%2B', '+')}@${this.realm}`
    return new Session(this.ua.call(target, { mediaStream: microphone, pcConfig: peer }), false)
  }
}

/** No server helps to find a way: the box is reached directly. */
const peer: RTCConfiguration = { iceServers: [], bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' }

/** One call on a line. */
export class Session {
  constructor(
    private readonly s: RTCSession,
    /** The box asks that it be answered at once. */
    readonly auto: boolean,
  ) {
    // The box learns where we are by our checks, so that no address has to be waited for.
    s.on('icecandidate', (e) => e.ready())
  }

  get number() {
    return this.s.remote_identity.uri.user
  }

  get name() {
    return this.s.remote_identity.display_name ?? ''
  }

  answer(microphone: MediaStream) {
    this.s.answer({ mediaStream: microphone, pcConfig: peer })
  }

  hangUp() {
    if (this.s.isEnded()) return
    // A phone that is put off is busy, so that the queue asks somebody else at once.
    this.s.terminate(this.s.direction === 'incoming' && !this.s.isEstablished() ? { status_code: 486, reason_phrase: 'Busy Here' } : {})
  }

  mute(on: boolean) {
    if (on) this.s.mute({ audio: true })
    else this.s.unmute({ audio: true })
  }

  /** Reports false when that cannot be done at this moment. */
  hold(on: boolean, done: () => void): boolean {
    return on ? this.s.hold({}, done) : this.s.unhold({}, done)
  }

  press(key: string) {
    this.s.sendDTMF(key, { transportType: 'RFC2833' as never, duration: 100, interToneGap: 70 })
  }

  /** Has the sound find a new way to the box (RFC 8445 §9). Reports false when that cannot be tried at this moment. */
  restart(done: () => void): boolean {
    return this.s.renegotiate({ rtcOfferConstraints: { iceRestart: true } }, done)
  }

  on(f: { progress: () => void; talking: () => void; ended: (cause: string) => void }) {
    this.s.on('progress', (e: IncomingEvent) => e.originator !== ('local' as never) && f.progress())
    this.s.on('confirmed', f.talking)
    this.s.on('ended', (e: EndEvent) => f.ended(e.cause))
    this.s.on('failed', (e: EndEvent) => f.ended(e.cause))
  }

  /** Calls back with the connection, now or when there is one. */
  onConnection(f: (c: RTCPeerConnection) => void) {
    if (this.s.connection) f(this.s.connection)
    else this.s.on('peerconnection', (e) => f(e.peerconnection))
  }
}

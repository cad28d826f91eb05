import { close, openMicrophone, playOn } from './microphone'
import type { Settings } from './settings'
import { type Fault, faultOf, type PhoneCall } from './state'
import type { Session } from './ua'

/** How long a connection may be lost before a new way is looked for, and how often that is tried, in milliseconds. */
const patience = 2500
const pause = 2000
const most = 8

/** The call that is up, with its sound. */
export class Current {
  private microphone?: MediaStream
  private readonly speaker = new Audio()
  private connection?: RTCPeerConnection
  private closing?: ReturnType<typeof setTimeout>
  private worry?: ReturnType<typeof setTimeout>
  private gone = false
  private recovering = false
  private readonly settings: Settings
  private readonly onDevices = () => void this.checkMicrophone()
  private readonly onNetwork = () => this.recover()

  constructor(
    private readonly session: Session,
    stage: PhoneCall['stage'],
    settings: Settings,
    private readonly tell: (more: Partial<PhoneCall>) => void,
    private readonly over: () => void,
    private readonly fault: (f: Fault | undefined) => void,
  ) {
    this.settings = { ...settings }
    this.speaker.autoplay = true
    session.on({
      progress: () => stage === 'calling' && this.tell({ stage: 'calling' }),
      talking: () => this.tell({ stage: 'talking', since: Date.now() }),
      ended: () => this.end(),
    })
    session.onConnection((c) => this.connected(c))
    navigator.mediaDevices.addEventListener('devicechange', this.onDevices)
    window.addEventListener('online', this.onNetwork)
  }

  answer(microphone: MediaStream) {
    if (this.gone) {
      close(microphone)
      return
    }
    this.own(microphone)
    this.session.answer(microphone)
  }

  /** The microphone is ours: it is closed with the call. */
  own(microphone: MediaStream) {
    this.microphone = microphone
    microphone.getAudioTracks()[0]?.addEventListener('ended', this.onDevices)
  }

  private connected(c: RTCPeerConnection) {
    this.connection = c
    c.addEventListener('track', (e) => {
      this.speaker.srcObject = e.streams[0] ?? new MediaStream([e.track])
      void playOn(this.speaker, this.settings.speaker)
      void this.speaker.play().catch(() => {})
    })
    c.addEventListener('iceconnectionstatechange', () => {
      clearTimeout(this.worry)
      switch (c.iceConnectionState) {
        case 'disconnected':
          this.worry = setTimeout(() => this.recover(), patience)
          break
        case 'failed':
          this.recover()
          break
        case 'connected': case 'completed':
          this.tell({ recovering: false })
      }
    })
  }

  /** Looks for a new way for the sound after the network has changed. */
  recover(left = most) {
    if (this.gone || !this.connection || this.connection.signalingState === 'closed' || (this.recovering && left === most)) return
    this.recovering = true
    this.tell({ recovering: true })
    const started = this.session.restart(() => {
      this.recovering = false
      this.tell({ recovering: false })
    })
    if (started || left <= 1) {
      this.recovering = false
      return
    }
    this.worry = setTimeout(() => {
      this.recovering = false
      this.recover(left - 1)
    }, pause)
  }

  /** The microphone may have been pulled out. */
  private async checkMicrophone() {
    const track = this.microphone?.getAudioTracks()[0]
    if (this.gone || !track || track.readyState === 'live') return
    await this.changeMicrophone('').catch(() => {})
  }

  async changeMicrophone(id: string) {
    this.settings.microphone = id
    if (!this.microphone) return
    const lost = this.microphone.getAudioTracks()[0]?.readyState !== 'live'
    let next: MediaStream
    try {
      next = await openMicrophone(id)
    } catch (e) {
      this.fault(lost ? 'microphone-lost' : faultOf(e))
      return
    }
    const sender = this.connection?.getSenders().find((s) => s.track?.kind === 'audio' || s.track === null)
    const track = next.getAudioTracks()[0]
    if (this.gone || !sender || !track) {
      close(next)
      return
    }
    track.enabled = this.microphone.getAudioTracks()[0]?.enabled ?? true
    await sender.replaceTrack(track)
    close(this.microphone)
    this.own(next)
    this.fault(undefined)
  }

  async changeSpeaker(id: string) {
    this.settings.speaker = id
    await playOn(this.speaker, id)
  }

  hangUp() {
    this.session.hangUp()
    this.end()
  }

  mute(on: boolean) {
    this.session.mute(on)
    this.tell({ muted: on })
  }

  hold(on: boolean) {
    this.session.hold(on, () => this.tell({ held: on }))
  }

  press(key: string) {
    this.session.press(key)
  }

  hangUpIn(seconds: number | undefined) {
    clearTimeout(this.closing)
    this.tell({ endsAt: seconds === undefined ? undefined : Date.now() + seconds * 1000 })
    if (seconds !== undefined) this.closing = setTimeout(() => this.hangUp(), seconds * 1000)
  }

  sounds() {
    return { mine: this.microphone, theirs: this.speaker.srcObject instanceof MediaStream ? this.speaker.srcObject : undefined }
  }

  private end() {
    if (this.gone) return
    this.gone = true
    clearTimeout(this.closing)
    clearTimeout(this.worry)
    navigator.mediaDevices.removeEventListener('devicechange', this.onDevices)
    window.removeEventListener('online', this.onNetwork)
    close(this.microphone)
    this.speaker.srcObject = null
    this.over()
  }
}

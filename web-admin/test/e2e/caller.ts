import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

const silence = 0xd5

/** A-law of one sample (ITU-T G.711). */
export function encode(pcm: number): number {
  const m = Math.min(4095, Math.floor(Math.abs(pcm) / 8))
  const segment = Math.max(0, Math.floor(Math.log2(m | 1)) - 4)
  const code = (segment << 4) | ((m >> Math.max(1, segment)) & 15)
  return code ^ (pcm >= 0 ? 0xd5 : 0x55)
}

export function decode(a: number): number {
  const x = a ^ 0x55
  const exp = (x >> 4) & 7
  const m = ((x & 15) << 4) + 8
  const v = exp === 0 ? m : (m + 256) << (exp - 1)
  return x & 0x80 ? v : -v
}

/** The amplitude of a tone in A-law, by Goertzel's way. */
export function tone(alaw: Iterable<number>, hz: number): number {
  let [re, im, n] = [0, 0, 0]
  for (const a of alaw) {
    const w = (2 * Math.PI * hz * n++) / 8000
    re += decode(a) * Math.cos(w)
    im += decode(a) * Math.sin(w)
  }
  return (2 * Math.hypot(re, im)) / Math.max(1, n)
}

/** A customer's telephone at the far end of a trunk: bare SIP and RTP, saying one tone. */
export class Caller {
  heard: number[] = []
  keys = ''
  private ticks?: ReturnType<typeof setInterval>
  private box = { port: 0, sip: 0 }
  private answer = ''
  private state: 'calling' | 'up' | 'over' = 'calling'
  private readonly id = Math.random().toString(36).slice(2)
  private lastKey = -1

  private constructor(private readonly sip: Socket, private readonly rtp: Socket, private readonly hz: number) {}

  static async open(hz: number): Promise<Caller> {
    const bound = async () => {
      const s = createSocket('udp4')
      s.bind(0, '127.0.0.1')
      await once(s, 'listening')
      return s
    }
    return new Caller(await bound(), await bound(), hz)
  }

  get port() {
    return this.sip.address().port
  }

  get up() {
    return this.state === 'up'
  }

  get over() {
    return this.state === 'over'
  }

  /** Calls the box. */
  call(box: number, number: string) {
    this.box.sip = box
    this.sip.on('message', (m) => this.message(m.toString()))
    this.rtp.on('message', (p) => this.packet(p))
    const body = [
      'v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0',
      `m=audio ${this.rtp.address().port} RTP/AVP 8 101`, 'a=rtpmap:101 telephone-event/8000', '',
    ].join('\r\n')
    this.send([`INVITE sip:${number}@127.0.0.1 SIP/2.0`, ...this.head('INVITE', ''), 'Content-Type: application/sdp', `Content-Length: ${body.length}`, '', body])
  }

  private head(method: string, to: string) {
    const me = `127.0.0.1:${this.port}`
    return [
      `Via: SIP/2.0/UDP ${me};rport;branch=z9hG4bK${this.id}${method}`, `From: <sip:13800001234@${me}>;tag=${this.id}`,
      `To: ${to || '<sip:100@127.0.0.1>'}`, `Call-ID: ${this.id}`, `CSeq: ${method === 'BYE' ? 2 : 1} ${method}`, 'Max-Forwards: 70', `Contact: <sip:13800001234@${me}>`,
    ]
  }

  private send(lines: string[]) {
    this.sip.send(lines.join('\r\n'), this.box.sip, '127.0.0.1')
  }

  private message(m: string) {
    const to = /^To: (.*)$/im.exec(m)?.[1]?.trim() ?? ''
    if (m.startsWith('SIP/2.0 200') && /CSeq: 1 INVITE/i.test(m)) {
      this.answer = to
      this.box.port = Number(/m=audio (\d+)/.exec(m)?.[1])
      this.send([`ACK sip:100@127.0.0.1:${this.box.sip} SIP/2.0`, ...this.head('ACK', to), 'Content-Length: 0', '', ''])
      if (this.state === 'calling') {
        this.state = 'up'
        this.talk()
      }
    } else if (/^(BYE|INVITE|UPDATE|OPTIONS) /.test(m)) {
      const keep = m.split('\r\n').filter((l) => /^(Via|From|To|Call-ID|CSeq):/i.test(l))
      const sdp = m.startsWith('INVITE') || (m.startsWith('UPDATE') && m.includes('m=audio'))
      const body = sdp ? `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${this.rtp.address().port} RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n` : ''
      this.send(['SIP/2.0 200 OK', ...keep, `Contact: <sip:13800001234@127.0.0.1:${this.port}>`, ...(sdp ? ['Content-Type: application/sdp'] : []), `Content-Length: ${body.length}`, '', body])
      if (m.startsWith('BYE')) this.close()
    } else if (/^SIP\/2.0 [3-6]/.test(m)) {
      this.close()
    }
  }

  /** Sends 20 ms of the tone fifty times a second, and catches up when the machine was busy. */
  private talk() {
    const began = Date.now()
    let n = 0
    this.ticks = setInterval(() => {
      for (; n < (Date.now() - began) / 20; n++) {
        const p = Buffer.alloc(172, silence)
        p[0] = 0x80
        p[1] = 8
        p.writeUInt16BE(n & 0xffff, 2)
        p.writeUInt32BE((n * 160) >>> 0, 4)
        p.writeUInt32BE(4711, 8)
        for (let i = 0; i < 160; i++) p[12 + i] = encode(9000 * Math.sin((2 * Math.PI * this.hz * (n * 160 + i)) / 8000))
        this.rtp.send(p, this.box.port, '127.0.0.1')
      }
    }, 20)
  }

  private packet(p: Buffer) {
    const [type, stamp] = [p[1]! & 0x7f, p.readUInt32BE(4)]
    if (type === 8) this.heard.push(...p.subarray(12))
    if (type === 101 && stamp !== this.lastKey) {
      this.lastKey = stamp
      this.keys += '0123456789*#'[p[12]!] ?? ''
    }
  }

  /** The amplitude of a tone in the last fifth of a second. */
  hears(hz: number) {
    return this.heard.length < 1600 ? 0 : tone(this.heard.slice(-1600), hz)
  }

  hangUp() {
    if (this.state === 'up') this.send([`BYE sip:100@127.0.0.1:${this.box.sip} SIP/2.0`, ...this.head('BYE', this.answer), 'Content-Length: 0', '', ''])
  }

  close() {
    clearInterval(this.ticks)
    if (this.state === 'over') return
    this.state = 'over'
    setTimeout(() => {
      this.sip.close()
      this.rtp.close()
    }, 300)
  }
}

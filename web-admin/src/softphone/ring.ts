import { playOn } from './microphone'

const rate = 8000

/** One period of the ring: a second of a soft trill, four of silence, as 16-bit mono. */
function period(): Blob {
  const samples = rate * 5
  const data = new DataView(new ArrayBuffer(44 + samples * 2))
  const text = (at: number, s: string) => [...s].forEach((c, i) => data.setUint8(at + i, c.charCodeAt(0)))
  text(0, 'RIFF')
  data.setUint32(4, 36 + samples * 2, true)
  text(8, 'WAVEfmt ')
  data.setUint32(16, 16, true)
  data.setUint16(20, 1, true)
  data.setUint16(22, 1, true)
  data.setUint32(24, rate, true)
  data.setUint32(28, rate * 2, true)
  data.setUint16(32, 2, true)
  data.setUint16(34, 16, true)
  text(36, 'data')
  data.setUint32(40, samples * 2, true)
  for (let n = 0; n < rate; n++) {
    const pitch = Math.floor(n / (rate / 20)) % 2 === 0 ? 784 : 988
    const edge = Math.min(1, n / 400, (rate - n) / 400)
    data.setInt16(44 + 2 * n, 9000 * edge * Math.sin((2 * Math.PI * pitch * n) / rate), true)
  }
  return new Blob([data.buffer], { type: 'audio/wav' })
}

/** Rings on a device until it is stopped. */
export class Ringer {
  private readonly element = new Audio()
  private url?: string

  async start(device: string) {
    this.url ??= URL.createObjectURL(period())
    this.element.src = this.url
    this.element.loop = true
    await playOn(this.element, device)
    // A page that nobody has touched yet may make no sound; the bar shows the call all the same.
    await this.element.play().catch(() => {})
  }

  stop() {
    this.element.pause()
    this.element.currentTime = 0
  }
}

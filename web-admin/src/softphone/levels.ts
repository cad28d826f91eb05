/** Measures how loud a stream is, from 0 (silence, below −60 dB) to 1. */
export class Level {
  private readonly context = new AudioContext()
  private readonly analyser = this.context.createAnalyser()
  private readonly samples: Float32Array<ArrayBuffer>

  constructor(stream: MediaStream) {
    this.analyser.fftSize = 1024
    this.samples = new Float32Array(this.analyser.fftSize)
    this.context.createMediaStreamSource(stream).connect(this.analyser)
  }

  now(): number {
    this.analyser.getFloatTimeDomainData(this.samples)
    return loudness(this.samples)
  }

  close() {
    void this.context.close()
  }
}

/** The loudness of samples between −1 and 1. */
export function loudness(samples: Float32Array): number {
  let sum = 0
  for (const x of samples) sum += x * x
  const db = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12)
  return Math.min(1, Math.max(0, (db + 60) / 60))
}

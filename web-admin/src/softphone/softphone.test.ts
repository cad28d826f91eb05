import { describe, expect, it } from 'vitest'

import { loudness } from './levels'
import { load, save } from './settings'
import { answersItself, faultOf } from './state'

const memory = (kept?: string) => {
  let value = kept ?? null
  return { getItem: () => value, setItem: (_: string, v: string) => void (value = v) }
}

describe('what a browser remembers of its telephone', () => {
  it('comes back as it was kept', () => {
    const store = memory()
    const s = { on: true, auto: false, microphone: 'm', speaker: '', ringer: 'r' }
    save(s, store)
    expect(load(store)).toEqual(s)
  })
  it.each([undefined, '', 'null', '[', '"on"', '{"on":"yes","speaker":7}'])('is nothing when it is broken: %s', (kept) => {
    expect(load(memory(kept))).toEqual({ on: false, auto: false, microphone: '', speaker: '', ringer: '' })
  })
})

describe('a call that answers itself', () => {
  it.each([
    ['<sip:127.0.0.1>;answer-after=0', undefined, true],
    ['<sip:127.0.0.1>; answer-after = 0', undefined, true],
    [undefined, '<http://localhost>;info=alert-autoanswer;delay=0', true],
    ['<sip:127.0.0.1>;answer-after=05', undefined, false],
    [undefined, '<http://localhost>;info=alert-group', false],
    [undefined, undefined, false],
  ])('%s, %s: %s', (call, alert, want) => {
    expect(answersItself(call, alert)).toBe(want)
  })
})

it.each([
  ['NotAllowedError', 'microphone-refused'], ['NotFoundError', 'no-microphone'], ['NotReadableError', 'microphone-busy'], ['TypeError', 'insecure'],
])('%s is called %s', (name, want) => {
  const here = navigator.mediaDevices
  Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true }) // as on a page without a certificate
  expect(faultOf(Object.assign(new Error(), { name }))).toBe(want)
  Object.defineProperty(navigator, 'mediaDevices', { value: here, configurable: true })
})

describe('loudness', () => {
  it('is none for silence, full for the loudest, and half at −30 dB', () => {
    expect(loudness(new Float32Array(100))).toBe(0)
    expect(loudness(new Float32Array(100).fill(1))).toBeCloseTo(1)
    expect(loudness(new Float32Array(100).fill(10 ** (-30 / 20)))).toBeCloseTo(0.5)
  })
})

import type { Settings } from './settings'

/** How the telephone stands with the box. */
export type Link = 'off' | 'connecting' | 'ready' | 'unreachable' | 'refused' | 'elsewhere'

/** What keeps the telephone from being one, or a call from being heard. */
export type Fault = 'microphone-refused' | 'no-microphone' | 'microphone-busy' | 'microphone-lost' | 'insecure'

export interface PhoneCall {
  /** Whether somebody rings here, is being rung, or is spoken with. */
  stage: 'ringing' | 'calling' | 'talking'
  number: string
  name: string
  /** When the stage began, in milliseconds since 1970. */
  since: number
  muted: boolean
  held: boolean
  /** When the call is to be hung up by itself. */
  endsAt?: number
  /** The connection is being made anew after a change of network. */
  recovering: boolean
}

export interface PhoneState {
  settings: Settings
  link: Link
  fault?: Fault
  call?: PhoneCall
  /** The number at which one hears oneself. */
  echo?: string
}

/** What a refused microphone is called. */
export function faultOf(e: unknown): Fault {
  const name = e instanceof Error ? e.name : ''
  switch (name) {
    case 'NotAllowedError': case 'SecurityError': return 'microphone-refused'
    case 'NotFoundError': case 'OverconstrainedError': return 'no-microphone'
    case 'NotReadableError': case 'AbortError': return 'microphone-busy'
    default: return navigator.mediaDevices ? 'no-microphone' : 'insecure'
  }
}

/** Whether an INVITE asks to be answered at once: Call-Info with answer-after, or Alert-Info as older phones know it. */
export function answersItself(callInfo: string | undefined, alertInfo: string | undefined): boolean {
  return /;\s*answer-after\s*=\s*0\b/i.test(callInfo ?? '') || /info\s*=\s*(alert-autoanswer|auto)/i.test(alertInfo ?? '')
}

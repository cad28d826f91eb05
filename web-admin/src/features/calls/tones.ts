import type { Schemas } from '@/api/client'
import type { Tone } from '@/ui/Mark'

/** How the ends of calls look. */
export const tones: Record<Schemas['LoggedCall']['disposition'], Tone> = {
  answered: 'good', abandoned: 'bad', unanswered: 'warn', overflowed: 'warn', interrupted: 'bad', rejected: 'off', menu_only: 'off',
}

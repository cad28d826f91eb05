import type { Tone } from '@/ui/Mark'

/** How a ticket's state, priority and job look. */
export const stateTones: Record<string, Tone> = { new: 'warn', open: 'busy', waiting: 'off', resolved: 'good', closed: 'off' }
export const priorityTones: Record<string, Tone> = { urgent: 'bad', high: 'warn', normal: 'off', low: 'off' }
export const jobTones: Record<string, Tone> = { offering: 'warn', accepted: 'busy', arrived: 'busy', completed: 'good', failed: 'bad', called_off: 'off' }

export const states = ['new', 'open', 'waiting', 'resolved', 'closed'] as const
export const priorities = ['urgent', 'high', 'normal', 'low'] as const

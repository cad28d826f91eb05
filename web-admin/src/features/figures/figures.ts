import type { Schemas } from '@/api/client'
import { length } from '@/ui/length'

export type Report = Schemas['FigureReport']
export type Measure = Schemas['FigureMeasure']
export type Figure = Schemas['Figure']

export const kinds = ['intervals', 'days', 'hours', 'queues', 'agents', 'trunks', 'tickets', 'callbacks', 'surveys'] as const
export type Kind = (typeof kinds)[number]

/** A value as its unit shows it. */
export function show(unit: Measure['unit'], value: number | undefined): string {
  if (value === undefined) return '–'
  switch (unit) {
    case 'percent': return `${(100 * value).toFixed(1)}%`
    case 'seconds': return length(value)
    case 'number': return value.toFixed(2)
    default: return String(Math.round(value))
  }
}

/** How a value differs from that of the period before: percentages in points, all else in percent; undefined where it cannot be said. */
export function change(unit: Measure['unit'], now: Figure, before: Figure | undefined): number | undefined {
  if (now.value === undefined || before?.value === undefined) return undefined
  if (unit === 'percent') return 100 * (now.value - before.value)
  return before.value === 0 ? undefined : 100 * (now.value / before.value - 1)
}

/** Whether a change is for the better, the worse, or neither. */
export const tone = (good: number, delta: number | undefined): 'good' | 'bad' | '' => (!delta || good === 0 ? '' : delta * good > 0 ? 'good' : 'bad')

/** The first moment of a day and the first after the last, as the box wants them. */
export function period(from: string, to: string): { from: string; to: string } {
  const end = new Date(`${to}T00:00:00`)
  end.setDate(end.getDate() + 1)
  return { from: new Date(`${from}T00:00:00`).toISOString(), to: end.toISOString() }
}

/** The days of a week, Monday first. */
export const weekdays = (t: (key: string) => string) => Array.from({ length: 7 }, (_, i) => t(`figures.weekdays.${i}`))

/** What a person can choose from elsewhere in the settings. */
export type Source =
  | 'queues' | 'agents' | 'extensions' | 'calendars' | 'trunks' | 'analog-lines' | 'analog-groups' | 'ways' | 'flows' | 'ticket-types'
  | 'dispositions' | 'roster-people' | 'voicemail-boxes' | 'outreach-scripts' | 'conference-rooms' | 'numbers' | 'prompts' | 'skills' | 'departments'

interface Common {
  /** The member's name in the document. */
  name: string
  /** It must not be empty. */
  required?: boolean
  /** What holds while it is empty, shown in its place. */
  standard?: string | number
  /** It takes the whole width of the form. */
  wide?: boolean
  /** It is asked for only when a document is made. */
  atFirst?: boolean
  /** Whether it means anything, by the values beside it. */
  when?: (beside: Record<string, unknown>) => boolean
}

/** One member of a document: how people see and change it. */
export type Field =
  | (Common & { kind: 'text'; digits?: boolean; fixed?: boolean; pattern?: boolean; prefix?: string })
  | (Common & { kind: 'note' })
  | (Common & { kind: 'secret'; fresh?: boolean })
  | (Common & { kind: 'number'; min?: number; max?: number; unit?: string; fraction?: boolean })
  | (Common & { kind: 'span'; in: 'seconds' | 'minutes'; max?: number })
  | (Common & { kind: 'spans' })
  | (Common & { kind: 'switch' })
  | (Common & { kind: 'choice'; of: readonly string[]; words?: string })
  | (Common & { kind: 'choices'; of: readonly string[]; words?: string; free?: boolean })
  | (Common & { kind: 'ref'; source: Source; free?: boolean })
  | (Common & { kind: 'refs'; source: Source; free?: boolean })
  | (Common & { kind: 'tags' })
  | (Common & { kind: 'target' })
  | (Common & { kind: 'date' })
  | (Common & { kind: 'dates' })
  | (Common & { kind: 'clock' })
  | (Common & { kind: 'week' })
  | (Common & { kind: 'map'; key: MapKey; of: MapValue })
  | (Common & { kind: 'object'; schema: string; fields: readonly Field[]; folded?: boolean })
  | (Common & { kind: 'list'; schema: string; fields: readonly Field[]; fresh?: Record<string, unknown>; sum?: 'ladder' })

/** What names the entries of a map. */
export type MapKey = { kind: 'text' } | { kind: 'digit' } | { kind: 'date' } | { kind: 'ref'; source: Source }

/** What the entries of a map are. */
export type MapValue = { kind: 'text' } | { kind: 'number'; min?: number; unit?: string } | { kind: 'weekday' } | { kind: 'target' } | { kind: 'ref'; source: Source }

/** The place of a value in a document. */
export type Path = (string | number)[]

/** The part of a form with a heading of its own. */
export interface Section {
  /** Its name in the words of the console, settings.sections.<key>. */
  key: string
  fields: readonly Field[]
  /** Seldom needed: closed at first. */
  folded?: boolean
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export const priorities = ['low', 'normal', 'high', 'urgent'] as const
export const roles = ['technician', 'agent', 'team_lead', 'crm_manager', 'service_director', 'general_manager'] as const
export const languages = ['zh-CN', 'en'] as const
export const targets = ['menu', 'queue', 'extension', 'external', 'voicemail', 'conference', 'hangup'] as const
export const classes = ['internal', 'special', 'local', 'mobile', 'long_distance', 'international'] as const

import { type Change, changes } from '../kit/difference'
import { fieldsOf, type Kind } from '../kit/kind'
import { say, trace, type Words } from '../kit/words'
import { kinds } from '../kinds'

/** Where each kind is in the settings document, by its page. */
export const places: Record<string, string[]> = {
  queues: ['queues'], agents: ['agents'], 'pause-reasons': ['pause_reasons'], vips: ['vips'], blacklist: ['blacklist'], extensions: ['extensions'], trunks: ['trunks'],
  'analog-lines': ['analog', 'lines'], 'analog-groups': ['analog', 'groups'], 'analog-priority': ['analog', 'priority'], 'internal-numbers': ['internal'],
  'inbound-rules': ['inbound'], 'outbound-rules': ['outbound'], 'outbound-classes': ['outbound_classes'], 'phone-bars': ['phone_bars'], calls: ['calls'], recording: ['recording'],
  calendars: ['calendars'], 'holiday-years': ['holiday_years'], 'roster-people': ['roster', 'people'], 'roster-duties': ['roster', 'duties'],
  'ticket-types': ['tickets', 'types'], 'ticket-templates': ['tickets', 'templates'], dispositions: ['tickets', 'dispositions'], 'contact-plan': ['tickets', 'contact'],
  'outreach-scripts': ['outreach', 'scripts'], 'outreach-plans': ['outreach', 'plans'], 'outreach-plans-off': ['outreach', 'plans_off'], 'survey-rule': ['outreach', 'survey'],
  dealership: ['dealership'], site: ['site'], figures: ['figures'], 'prompt-numbers': ['prompt_numbers'],
  'voicemail-boxes': ['voicemail', 'boxes'], 'voicemail-keep-days': ['voicemail', 'keep_days'], 'voicemail-max-mb': ['voicemail', 'max_mb'],
  'conference-rooms': ['conferences', 'rooms'], 'conference-ad-hoc': ['conferences', 'ad_hoc'],
}

/** One thing that differs, in words. */
export interface Row {
  where: string
  from: string
  to: string
}

/** What differs between two documents, by the page on which it is set; '' for what has none, such as menus. */
export function documentDiff(w: Words, from: unknown, to: unknown): { kind: string; rows: Row[] }[] {
  const out = new Map<string, Row[]>()
  for (const c of changes(from, to).flatMap(split)) {
    const { kind, rest } = home(c)
    const row = kind ? inWords(w, kind, c, rest) : { where: c.path.map(String).join(' › '), from: say(w, c.from), to: say(w, c.to) }
    const key = kind?.url ?? (c.path[0] === 'flows' ? 'flows' : '')
    out.set(key, [...(out.get(key) ?? []), row])
  }
  return [...out].map(([kind, rows]) => ({ kind, rows }))
}

const plain = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

/** A part that came or went as a whole is told by its kinds. */
function split(c: Change): Change[] {
  const inside = Object.values(places).filter((p) => p.length > c.path.length && c.path.every((x, i) => p[i] === x))
  const whole = plain(c.from) ? c.from : plain(c.to) ? c.to : undefined
  if (inside.length === 0 || !whole) return [c]
  return Object.keys(whole).map((k) => ({ path: [...c.path, k], from: plain(c.from) ? c.from[k] : undefined, to: plain(c.to) ? c.to[k] : undefined }))
}

function home(c: Change): { kind?: Kind; rest: (string | number)[] } {
  const found = Object.entries(places).find(([, p]) => p.every((x, i) => c.path[i] === x))
  return { kind: found && kinds.find((k) => k.url === found[0]), rest: found ? c.path.slice(found[1].length) : c.path }
}

function inWords(w: Words, k: Kind, c: Change, rest: (string | number)[]): Row {
  if (k.bare) return { where: '', from: say(w, c.from, k.bare, k.schema), to: say(w, c.to, k.bare, k.schema) }
  const item = k.single ? undefined : rest[0]
  const inner = k.single ? rest : rest.slice(1)
  const { words, field, schema } = trace(w, k.schema, fieldsOf(k), inner)
  const at = inner.length === 0 && !k.single ? undefined : field
  return { where: [item === '⇅' ? w.t('settings.order') : item, ...words].filter((x) => x !== undefined && x !== '').join(' › '), from: say(w, c.from, at, schema), to: say(w, c.to, at, schema) }
}

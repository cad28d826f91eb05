/** A page of the settings, for the home of the settings and the search of all pages. */
export interface SettingsPlace {
  /** Its words are settings.kinds.<key>. */
  key: string
  path: string
  perm: string
}

const set = (...keys: string[]): SettingsPlace[] => keys.map((key) => ({ key, path: `/settings/${key}`, perm: 'settings.read' }))
const at = (key: string, perm: string): SettingsPlace => ({ key, path: `/settings/${key}`, perm })

/** All pages of the settings by what they are about. */
export const settingsGroups: { key: string; places: SettingsPlace[] }[] = [
  { key: 'queues', places: set('queues', 'agents', 'pause-reasons', 'vips', 'blacklist', 'voicemail-boxes', 'conference-rooms') },
  { key: 'phones', places: set('extensions', 'internal-numbers', 'calls', 'phone-bars') },
  { key: 'lines', places: set('trunks', 'analog-lines', 'analog-groups', 'inbound-rules', 'outbound-rules', 'outbound-classes', 'analog-priority') },
  { key: 'hours', places: set('calendars', 'holiday-years', 'roster-people', 'roster-duties') },
  { key: 'tickets', places: set('ticket-types', 'ticket-templates', 'dispositions', 'contact-plan', 'outreach-plans', 'outreach-scripts', 'survey-rule', 'outreach-plans-off') },
  { key: 'sound', places: set('prompts', 'prompt-numbers', 'recording', 'voicemail-keep-days', 'voicemail-max-mb', 'conference-ad-hoc') },
  { key: 'house', places: [...set('dealership', 'site', 'figures'), at('users', 'users.manage'), at('sessions', 'users.manage'), at('lockouts', 'users.manage'), at('tokens', 'users.manage'), at('webhooks', 'hooks.manage')] },
  { key: 'history', places: [...set('history', 'file'), at('audit', 'audit.read')] },
]

export const settingsPlaces = settingsGroups.flatMap((g) => g.places)

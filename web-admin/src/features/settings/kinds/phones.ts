import { classes } from '../kit/field'
import type { Kind } from '../kit/kind'

export const extensions: Kind = {
  url: 'extensions', schema: 'Extension', columns: ['digest', 'max_contacts'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'number', kind: 'text', required: true, digits: true, fixed: true },
        { name: 'name', kind: 'text' },
        { name: 'password', kind: 'secret', fresh: true },
        { name: 'digest', kind: 'choice', of: ['md5', 'sha256', 'both'], standard: 'md5' },
        { name: 'max_contacts', kind: 'number', min: 0, standard: 3 },
      ],
    },
  ],
}

export const internalNumbers: Kind = {
  url: 'internal-numbers', schema: 'SettingsInternalNumber', columns: ['target'],
  sections: [
    { key: 'basics', fields: [{ name: 'number', kind: 'text', required: true, digits: true, fixed: true }, { name: 'target', kind: 'target', required: true }] },
  ],
}

export const calls: Kind = {
  url: 'calls', schema: 'SettingsCalls', single: true,
  sections: [
    {
      key: 'basics', fields: [
        { name: 'ring', kind: 'span', in: 'seconds' },
        { name: 'max_duration', kind: 'span', in: 'seconds' },
        { name: 'hold_limit', kind: 'span', in: 'seconds' },
        { name: 'record', kind: 'choice', of: ['all', 'external', 'none'], standard: 'all' },
        { name: 'key_codes', kind: 'switch' },
        { name: 'supervisors', kind: 'refs', source: 'extensions', wide: true },
      ],
    },
    {
      key: 'together', fields: [
        {
          name: 'parking', kind: 'object', schema: 'SettingsParking', fields: [
            { name: 'number', kind: 'text', digits: true },
            { name: 'first', kind: 'text', digits: true },
            { name: 'places', kind: 'number', min: 0 },
            { name: 'return', kind: 'span', in: 'seconds', standard: 120 },
          ],
        },
        {
          name: 'pickup_groups', kind: 'list', schema: 'SettingsPickupGroup', fields: [
            { name: 'name', kind: 'text', required: true },
            { name: 'extensions', kind: 'refs', source: 'extensions' },
          ],
        },
      ],
    },
  ],
}

export const phoneBars: Kind = {
  url: 'phone-bars', schema: 'Bar', ordered: true, columns: ['extensions', 'deny'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'extensions', kind: 'refs', source: 'extensions', required: true, wide: true },
        { name: 'deny', kind: 'choices', of: classes, words: 'settings.class', required: true, wide: true },
      ],
    },
  ],
}

export const outboundClasses: Kind = {
  url: 'outbound-classes', schema: 'Rule',
  columns: ['class', 'deny', 'calendar', 'max_calls', 'max_minutes'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'class', kind: 'choice', of: classes, words: 'settings.class', required: true },
        { name: 'deny', kind: 'switch' },
        { name: 'pin', kind: 'text', digits: true },
        { name: 'calendar', kind: 'ref', source: 'calendars' },
        { name: 'max_calls', kind: 'number', min: 0 },
        { name: 'max_minutes', kind: 'number', min: 0, unit: 'minutes' },
      ],
    },
  ],
}

import { type Field, languages } from '../kit/field'
import type { Kind } from '../kit/kind'

export const dealership: Kind = {
  url: 'dealership', schema: 'SettingsDealership', single: true,
  sections: [
    {
      key: 'basics', fields: [
        { name: 'name', kind: 'text', required: true },
        { name: 'zone', kind: 'text', required: true },
        { name: 'language', kind: 'choice', of: languages, words: 'settings.language', required: true },
      ],
    },
  ],
}

export const site: Kind = {
  url: 'site', schema: 'SettingsSite', single: true,
  sections: [{ key: 'basics', fields: [{ name: 'public_url', kind: 'text', wide: true }] }],
}

export const figures: Kind = {
  url: 'figures', schema: 'SettingsFigures', single: true,
  sections: [
    {
      key: 'basics', fields: [
        { name: 'service_level', kind: 'choice', of: ['offered', 'quick', 'answered'], standard: 'offered' },
        { name: 'within_seconds', kind: 'span', in: 'seconds', standard: 20 },
        { name: 'short_seconds', kind: 'span', in: 'seconds', standard: 5 },
      ],
    },
  ],
}

export const recording: Kind = {
  url: 'recording', schema: 'SettingsRecording', single: true,
  sections: [
    {
      key: 'basics', fields: [
        { name: 'keep_days', kind: 'number', min: 0, unit: 'days' },
        { name: 'keep_days_by_queue', kind: 'map', key: { kind: 'ref', source: 'queues' }, of: { kind: 'number', min: 0, unit: 'days' } },
      ],
    },
  ],
}

const numbers: Field = { name: 'value', kind: 'map', key: { kind: 'text' }, of: { kind: 'ref', source: 'prompts' } }
export const promptNumbers: Kind = { url: 'prompt-numbers', schema: 'prompt-numbers', single: true, bare: numbers, sections: [{ key: 'basics', fields: [numbers] }] }

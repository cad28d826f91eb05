import type { Kind } from '../kit/kind'

export const agents: Kind = {
  url: 'agents', schema: 'Agent', columns: ['number', 'extension', 'skills', 'auto_answer'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'id', kind: 'text', required: true, fixed: true },
        { name: 'name', kind: 'text', required: true },
        { name: 'number', kind: 'text', digits: true },
        { name: 'extension', kind: 'ref', source: 'extensions' },
        { name: 'skills', kind: 'map', key: { kind: 'ref', source: 'skills' }, of: { kind: 'number', min: 1 } },
        { name: 'greeting', kind: 'ref', source: 'prompts' },
        { name: 'auto_answer', kind: 'switch' },
      ],
    },
  ],
}

export const pauseReasons: Kind = {
  url: 'pause-reasons', schema: 'PauseReason', columns: ['key'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'id', kind: 'text', required: true, fixed: true },
        { name: 'name', kind: 'text', required: true },
        { name: 'key', kind: 'text', digits: true },
      ],
    },
  ],
}

export const vips: Kind = {
  url: 'vips', schema: 'SettingsVIP', columns: ['bonus'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'number', kind: 'text', required: true, pattern: true },
        { name: 'name', kind: 'text' },
        { name: 'bonus', kind: 'span', in: 'seconds' },
      ],
    },
  ],
}

export const blacklist: Kind = {
  url: 'blacklist', schema: 'SettingsListed', columns: ['note'],
  sections: [
    { key: 'basics', fields: [{ name: 'number', kind: 'text', required: true, pattern: true }, { name: 'note', kind: 'text' }] },
  ],
}

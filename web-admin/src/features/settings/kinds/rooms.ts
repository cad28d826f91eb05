import { type Field, languages } from '../kit/field'
import type { Kind } from '../kit/kind'

const room: Field[] = [
  { name: 'wait_for_moderator', kind: 'switch' },
  { name: 'end_with_moderator', kind: 'switch' },
  { name: 'mute_on_entry', kind: 'switch' },
  { name: 'max_parties', kind: 'number', min: 2, max: 64, standard: 64 },
  { name: 'speakers', kind: 'number', min: 1, max: 16, standard: 4 },
  { name: 'announce', kind: 'choice', of: ['none', 'tone', 'number'], standard: 'tone' },
  { name: 'record', kind: 'switch' },
  { name: 'language', kind: 'choice', of: languages, words: 'settings.language', standard: 'zh-CN' },
  { name: 'music', kind: 'text', standard: 'default' },
  { name: 'max_minutes', kind: 'span', in: 'minutes', standard: 240 },
  { name: 'after', kind: 'target' },
]

export const conferenceRooms: Kind = {
  url: 'conference-rooms', schema: 'Room', columns: ['max_parties', 'record', 'moderators'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'number', kind: 'text', required: true, digits: true, fixed: true },
        { name: 'name', kind: 'text' },
        { name: 'pin', kind: 'text', digits: true },
        { name: 'moderator_pin', kind: 'text', digits: true },
        { name: 'moderators', kind: 'refs', source: 'extensions' },
      ],
    },
    { key: 'conduct', fields: room },
  ],
}

const nobody = 'of a room made from a call it does not count: who made it is its moderator'
export const conferenceAdHoc: Kind = {
  url: 'conference-ad-hoc', schema: 'Room', single: true,
  omitted: { number: nobody, name: nobody, pin: nobody, moderator_pin: nobody, moderators: nobody },
  sections: [{ key: 'conduct', fields: room }],
}

export const voicemailBoxes: Kind = {
  url: 'voicemail-boxes', schema: 'VoicemailBox', columns: ['extension', 'queue', 'max_messages', 'notify'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'number', kind: 'text', required: true, digits: true, fixed: true },
        { name: 'name', kind: 'text' },
        { name: 'extension', kind: 'ref', source: 'extensions' },
        { name: 'queue', kind: 'ref', source: 'queues' },
        { name: 'pin', kind: 'secret' },
        { name: 'greeting', kind: 'ref', source: 'prompts' },
        { name: 'operator', kind: 'ref', source: 'numbers' },
        { name: 'notify', kind: 'refs', source: 'extensions' },
      ],
    },
    {
      key: 'bounds', fields: [
        { name: 'max_seconds', kind: 'span', in: 'seconds', standard: 180 },
        { name: 'max_messages', kind: 'number', min: 0, max: 1000, standard: 100 },
        { name: 'max_minutes', kind: 'span', in: 'minutes' },
      ],
    },
  ],
}

const days: Field = { name: 'value', kind: 'number', min: 0, unit: 'days' }
export const voicemailKeepDays: Kind = { url: 'voicemail-keep-days', schema: 'voicemail-keep-days', single: true, bare: days, sections: [{ key: 'basics', fields: [days] }] }
const space: Field = { name: 'value', kind: 'number', min: 0, unit: 'mib' }
export const voicemailMaxMB: Kind = { url: 'voicemail-max-mb', schema: 'voicemail-max-mb', single: true, bare: space, sections: [{ key: 'basics', fields: [space] }] }

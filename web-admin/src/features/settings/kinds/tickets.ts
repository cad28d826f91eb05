import { priorities, roles } from '../kit/field'
import type { Kind } from '../kit/kind'

export const ticketTypes: Kind = {
  url: 'ticket-types', schema: 'TicketType', columns: ['prefix', 'priority', 'department', { name: 'targets', show: (v) => (v.targets as unknown[] | undefined)?.length ?? 0 }, 'complaint', 'job'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'id', kind: 'text', required: true, fixed: true },
        { name: 'name', kind: 'text', required: true },
        { name: 'prefix', kind: 'text', required: true },
        { name: 'priority', kind: 'choice', of: priorities, words: 'settings.priority' },
        { name: 'department', kind: 'ref', source: 'departments', free: true },
        { name: 'becomes', kind: 'refs', source: 'ticket-types' },
      ],
    },
    {
      key: 'promises', fields: [
        {
          name: 'targets', kind: 'list', schema: 'TicketTarget', fresh: { ladder: [] }, fields: [
            { name: 'of', kind: 'choice', of: ['first_contact', 'dispatch', 'progress', 'resolution', 'closure'], required: true },
            { name: 'within_minutes', kind: 'span', in: 'minutes', required: true },
            { name: 'clock', kind: 'ref', source: 'calendars' },
            { name: 'only', kind: 'choices', of: priorities, words: 'settings.priority' },
            {
              name: 'ladder', kind: 'list', schema: 'TicketRung', sum: 'ladder', fresh: { role: 'owner', by: ['console'] }, fields: [
                { name: 'after_minutes', kind: 'span', in: 'minutes', required: true },
                { name: 'role', kind: 'choice', of: ['owner', ...roles], words: 'settings.role', required: true },
                { name: 'by', kind: 'choices', of: ['console', 'sms', 'call'], words: 'settings.by', required: true },
              ],
            },
          ],
        },
      ],
    },
    {
      key: 'form', fields: [
        {
          name: 'fields', kind: 'list', schema: 'TicketField', fresh: { kind: 'text' }, fields: [
            { name: 'id', kind: 'text', required: true },
            { name: 'name', kind: 'text', required: true },
            { name: 'kind', kind: 'choice', of: ['text', 'number', 'date', 'choice', 'phone'], required: true },
            { name: 'choices', kind: 'tags', when: (v) => v.kind === 'choice' },
            { name: 'required', kind: 'choice', of: ['create', 'resolve', 'close'] },
          ],
        },
      ],
    },
    {
      key: 'closing', fields: [
        {
          name: 'closing', kind: 'object', schema: 'TicketClosing', fields: [
            { name: 'contact', kind: 'choice', of: ['outbound', 'any', 'none'], standard: 'outbound' },
            { name: 'same_person_may', kind: 'switch' },
            { name: 'satisfaction_unasked', kind: 'switch' },
          ],
        },
      ],
    },
    {
      key: 'more', fields: [
        { name: 'opening_call_counts', kind: 'switch' },
        { name: 'job', kind: 'switch' },
        { name: 'skill', kind: 'ref', source: 'skills', free: true, when: (v) => v.job === true },
        { name: 'head_start_minutes', kind: 'span', in: 'minutes' },
        { name: 'direct', kind: 'switch' },
        { name: 'complaint', kind: 'switch' },
        { name: 'categories', kind: 'tags', wide: true },
      ],
    },
  ],
}

export const ticketTemplates: Kind = {
  url: 'ticket-templates', schema: 'TicketTemplate', columns: ['type', 'priority', 'department', 'tags'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'id', kind: 'text', required: true, fixed: true },
        { name: 'name', kind: 'text', required: true },
        { name: 'type', kind: 'ref', source: 'ticket-types', required: true },
        { name: 'priority', kind: 'choice', of: priorities, words: 'settings.priority' },
        { name: 'department', kind: 'ref', source: 'departments', free: true },
        { name: 'tags', kind: 'tags' },
        { name: 'subject', kind: 'text', wide: true },
        { name: 'body', kind: 'note' },
        { name: 'form', kind: 'map', key: { kind: 'text' }, of: { kind: 'text' } },
      ],
    },
  ],
}

export const dispositions: Kind = {
  url: 'dispositions', schema: 'SettingsDisposition', under: 'in', columns: ['key', 'ticket'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'id', kind: 'text', required: true, fixed: true },
        { name: 'name', kind: 'text', required: true },
        { name: 'in', kind: 'ref', source: 'dispositions' },
        { name: 'key', kind: 'text', digits: true },
        { name: 'ticket', kind: 'ref', source: 'ticket-types' },
      ],
    },
  ],
}

export const contactPlan: Kind = {
  url: 'contact-plan', schema: 'ContactPlan', single: true,
  sections: [
    {
      key: 'basics', fields: [
        { name: 'attempts', kind: 'number', min: 1 },
        { name: 'parts', kind: 'list', schema: 'ContactPart', fresh: { from: '09:00', to: '12:00' }, fields: [{ name: 'from', kind: 'clock', required: true }, { name: 'to', kind: 'clock', required: true }] },
      ],
    },
  ],
}

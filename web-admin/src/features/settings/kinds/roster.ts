import { type Field, roles, weekdays } from '../kit/field'
import type { Kind } from '../kit/kind'

export const rosterPeople: Kind = {
  url: 'roster-people', schema: 'RosterPerson', columns: ['role', 'department', 'phone', 'mobile', 'skills'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'id', kind: 'text', required: true, fixed: true },
        { name: 'name', kind: 'text', required: true },
        { name: 'role', kind: 'choice', of: roles, words: 'settings.role', required: true },
        { name: 'department', kind: 'ref', source: 'departments', free: true },
        { name: 'phone', kind: 'text', digits: true },
        { name: 'mobile', kind: 'text', digits: true },
        { name: 'skills', kind: 'refs', source: 'skills', free: true },
        { name: 'vehicles', kind: 'tags' },
      ],
    },
    {
      key: 'away', fields: [
        { name: 'away', kind: 'list', schema: 'RosterAway', fields: [{ name: 'from', kind: 'date', required: true }, { name: 'to', kind: 'date', required: true }] },
        {
          name: 'place', kind: 'object', schema: 'RosterPlace', fields: [
            { name: 'lat', kind: 'number', min: -90, max: 90, unit: 'degrees', fraction: true },
            { name: 'lon', kind: 'number', min: -180, max: 180, unit: 'degrees', fraction: true },
            { name: 'datum', kind: 'choice', of: ['gcj02', 'wgs84', 'bd09'], standard: 'gcj02' },
          ],
        },
      ],
    },
  ],
}

const shift = (days: boolean): Field[] => [
  ...(days ? [{ name: 'days', kind: 'choices', of: weekdays, words: 'settings.weekday', free: true, required: true } as const] : []),
  { name: 'from', kind: 'clock', required: true },
  { name: 'to', kind: 'clock', required: true },
  { name: 'people', kind: 'refs', source: 'roster-people', required: true },
]

export const rosterDuties: Kind = {
  url: 'roster-duties', schema: 'RosterDuty', columns: ['kind', 'role', 'department', { name: 'shifts', show: (v) => (v.shifts as unknown[] | undefined)?.length ?? 0 }],
  fresh: { shifts: [] },
  omitted: { 'overrides.shifts.days': 'the date of the override says when' },
  sections: [
    {
      key: 'basics', fields: [
        { name: 'id', kind: 'text', required: true, fixed: true },
        { name: 'name', kind: 'text', required: true },
        { name: 'kind', kind: 'ref', source: 'ticket-types' },
        { name: 'role', kind: 'choice', of: roles, words: 'settings.role' },
        { name: 'department', kind: 'ref', source: 'departments', free: true },
      ],
    },
    { key: 'shifts', fields: [{ name: 'shifts', kind: 'list', schema: 'RosterShift', fields: shift(true), fresh: { days: [...weekdays], from: '08:00', to: '20:00', people: [] } }] },
    {
      key: 'overrides', fields: [
        {
          name: 'overrides', kind: 'list', schema: 'RosterOverride', fields: [
            { name: 'date', kind: 'date', required: true },
            { name: 'shifts', kind: 'list', schema: 'RosterShift', fields: shift(false), fresh: { from: '08:00', to: '08:00', people: [] } },
          ],
        },
      ],
    },
  ],
}

import type { Field } from '../kit/field'
import type { Kind } from '../kit/kind'

const bounds: Field[] = [
  { name: 'is', kind: 'text' },
  { name: 'at_most', kind: 'number' },
  { name: 'at_least', kind: 'number' },
]

export const outreachScripts: Kind = {
  url: 'outreach-scripts', schema: 'OutreachScript', columns: [{ name: 'questions', show: (v) => (v.questions as unknown[] | undefined)?.length ?? 0 }],
  sections: [
    { key: 'basics', fields: [{ name: 'id', kind: 'text', required: true, fixed: true }, { name: 'name', kind: 'text', required: true }, { name: 'name_en', kind: 'text' }] },
    {
      key: 'questions', fields: [
        {
          name: 'questions', kind: 'list', schema: 'OutreachQuestion', fresh: { kind: 'yes_no' }, fields: [
            { name: 'id', kind: 'text', required: true },
            { name: 'kind', kind: 'choice', of: ['choice', 'score', 'yes_no', 'text', 'number'], required: true },
            { name: 'text', kind: 'note', required: true },
            { name: 'text_en', kind: 'note' },
            {
              name: 'choices', kind: 'list', schema: 'OutreachChoice', when: (v) => v.kind === 'choice', fields: [
                { name: 'value', kind: 'text', required: true },
                { name: 'text', kind: 'text', required: true },
                { name: 'text_en', kind: 'text' },
              ],
            },
            { name: 'top', kind: 'number', min: 5, max: 10, when: (v) => v.kind === 'score' },
            { name: 'optional', kind: 'switch' },
            { name: 'branches', kind: 'list', schema: 'OutreachBranch', fields: [...bounds, { name: 'next', kind: 'text', required: true }] },
            { name: 'next', kind: 'text' },
          ],
        },
      ],
    },
    {
      key: 'outcomes', fields: [
        {
          name: 'rules', kind: 'list', schema: 'OutreachRule', fields: [
            { name: 'question', kind: 'text', required: true }, ...bounds,
            { name: 'satisfaction', kind: 'choice', of: ['satisfied', 'neutral', 'dissatisfied'] },
            { name: 'ticket', kind: 'ref', source: 'ticket-types' },
          ],
        },
      ],
    },
  ],
}

export const outreachPlans: Kind = {
  url: 'outreach-plans', schema: 'OutreachPlan', columns: ['after', 'days', 'script', 'way'],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'id', kind: 'text', required: true, fixed: true },
        { name: 'name', kind: 'text', required: true },
        { name: 'after', kind: 'choices', of: ['maintenance', 'repair', 'accident', 'warranty', 'recall', 'delivery', 'other', 'dissatisfied'], required: true },
        { name: 'days', kind: 'number', min: 0, unit: 'days' },
        { name: 'within_days', kind: 'number', min: 0, unit: 'days', standard: 7 },
        { name: 'script', kind: 'ref', source: 'outreach-scripts' },
        { name: 'department', kind: 'ref', source: 'departments', free: true },
        { name: 'way', kind: 'choice', of: ['call', 'sms'] },
      ],
    },
  ],
}

export const surveyRule: Kind = {
  url: 'survey-rule', schema: 'OutreachSurveyRule', single: true,
  sections: [
    {
      key: 'basics', fields: [
        { name: 'top', kind: 'number', min: 0, max: 10, standard: 5 },
        { name: 'bad', kind: 'number', min: -1, max: 10, standard: 2 },
        { name: 'ticket', kind: 'ref', source: 'ticket-types', standard: 'complaint' },
        { name: 'flow', kind: 'ref', source: 'flows' },
        { name: 'calls', kind: 'number', min: 0, max: 20, standard: 2 },
      ],
    },
  ],
}

const off: Field = { name: 'value', kind: 'switch' }
export const outreachPlansOff: Kind = { url: 'outreach-plans-off', schema: 'outreach-plans-off', single: true, bare: off, sections: [{ key: 'basics', fields: [off] }] }

import { weekdays } from '../kit/field'
import type { Kind } from '../kit/kind'
import { HolidayImport } from '../pages/HolidayImport'

export const calendars: Kind = {
  url: 'calendars', schema: 'Calendar', columns: ['public_holidays', 'holidays'],
  fresh: { week: Object.fromEntries(weekdays.slice(0, 5).map((d) => [d, [{ from: '08:30', to: '17:30' }]])), public_holidays: true },
  sections: [
    { key: 'basics', fields: [{ name: 'id', kind: 'text', required: true, fixed: true }, { name: 'week', kind: 'week' }] },
    {
      key: 'exceptions', fields: [
        { name: 'public_holidays', kind: 'switch' },
        { name: 'holidays', kind: 'dates', wide: true },
        { name: 'swap_days', kind: 'map', key: { kind: 'date' }, of: { kind: 'weekday' } },
      ],
    },
  ],
}

export const holidayYears: Kind = {
  url: 'holiday-years', schema: 'CalendarYear', above: () => <HolidayImport />,
  columns: [{ name: 'holidays', show: (v) => (v.holidays as unknown[] | undefined)?.length ?? 0 }, { name: 'swaps', show: (v) => (v.swaps as unknown[] | undefined)?.length ?? 0 }],
  sections: [
    {
      key: 'basics', fields: [
        { name: 'year', kind: 'number', min: 2000, max: 2200, required: true },
        { name: 'holidays', kind: 'list', schema: 'CalendarDay', fields: [{ name: 'date', kind: 'date', required: true }, { name: 'name', kind: 'text' }] },
        {
          name: 'swaps', kind: 'list', schema: 'CalendarSwap', fields: [
            { name: 'date', kind: 'date', required: true },
            { name: 'like', kind: 'choice', of: weekdays.slice(0, 5), words: 'settings.weekday' },
            { name: 'for', kind: 'date' },
          ],
        },
      ],
    },
  ],
}

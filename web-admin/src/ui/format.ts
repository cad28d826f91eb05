import dayjs from 'dayjs'

/** "2026-11-22 14:03:05", in the time zone of the browser. */
export const moment = (at?: string) => (at ? dayjs(at).format('YYYY-MM-DD HH:mm:ss') : '')

/** The seconds between two moments; 0 when one is missing. */
export const between = (from?: string, to?: string) => (from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : 0)

/** A file's size: "820 B", "1.2 MB". */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const i = n < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3))
  return `${i === 0 ? n : (n / 1000 ** i).toFixed(1)} ${units[i]}`
}

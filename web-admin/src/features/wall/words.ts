import en from '@/i18n/en/wall.json'
import zh from '@/i18n/zh-CN/wall.json'

const words: Record<string, string> = new URLSearchParams(window.location.search).get('lang') === 'en' ? en : zh
document.documentElement.lang = words === en ? 'en' : 'zh-CN'

/** A text of the wall, with its places filled. The wall does without the console's machinery for texts, which is larger than it. */
export function say(key: keyof typeof zh, places: Record<string, string | number> = {}): string {
  return (words[key] ?? key).replace(/{{(\w+)}}/g, (_, k: string) => String(places[k] ?? ''))
}

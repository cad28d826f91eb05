import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

import { speak } from '@/api/client'

/** The languages of the console. */
export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]

const files = import.meta.glob<Record<string, unknown>>('./*/*.json', { eager: true, import: 'default' })
const resources: Record<string, Record<string, Record<string, unknown>>> = {}
for (const [path, words] of Object.entries(files)) {
  const [, language = '', file = ''] = path.split('/')
  ;(resources[language] ??= { words: {} }).words![file.replace('.json', '')] = words
}

const kept = () => {
  const l = localStorage.getItem('language')
  return languages.find((k) => k === l) ?? 'zh-CN'
}

void i18next.use(initReactI18next).init({
  resources, lng: kept(), fallbackLng: 'zh-CN', defaultNS: 'words', ns: ['words'], returnNull: false,
  interpolation: { escapeValue: false }, // React does that
})
speak(i18next.language)
document.documentElement.lang = i18next.language

/** Changes the language of the page at once, and of all later visits. */
export function setLanguage(l: Language) {
  localStorage.setItem('language', l)
  speak(l)
  document.documentElement.lang = l
  void i18next.changeLanguage(l)
}

export default i18next

import type { ThemeConfig } from 'antd'
import { theme } from 'antd'
import { useSyncExternalStore } from 'react'

/** What people may choose; "system" follows the desktop. */
export type Look = 'light' | 'dark' | 'system'

const dark = window.matchMedia('(prefers-color-scheme: dark)')
const heard = new Set<() => void>()

export const look = (): Look => (localStorage.getItem('look') as Look | null) ?? 'system'
export const isDark = () => look() === 'dark' || (look() === 'system' && dark.matches)

export function setLook(l: Look) {
  localStorage.setItem('look', l)
  paint()
  heard.forEach((f) => f())
}

/** Before React paints anything, so that a dark room stays dark. */
export function paint() {
  document.documentElement.dataset.look = isDark() ? 'dark' : 'light'
  document.documentElement.style.colorScheme = isDark() ? 'dark' : 'light'
}

/** Whether the page is dark now. */
export function useDark(): boolean {
  return useSyncExternalStore(
    (f) => {
      const both = () => {
        paint()
        f()
      }
      heard.add(both)
      dark.addEventListener('change', both)
      return () => {
        heard.delete(both)
        dark.removeEventListener('change', both)
      }
    },
    isDark,
  )
}

/** Text and borders have at least the contrast of WCAG 2.2 AA (4.5:1) on their grounds. */
export function themeOf(isDark: boolean): ThemeConfig {
  return {
    algorithm: isDark ? [theme.darkAlgorithm] : [theme.defaultAlgorithm],
    token: {
      colorPrimary: isDark ? '#4d8dff' : '#1557d6',
      colorInfo: isDark ? '#4d8dff' : '#1557d6',
      colorLink: isDark ? '#77a8ff' : '#1557d6',
      colorError: isDark ? '#ff7d88' : '#c8102e',
      colorTextPlaceholder: isDark ? '#9aa3af' : '#5f6773',
      colorTextDescription: isDark ? '#a8b0bb' : '#555d69',
      colorTextTertiary: isDark ? '#a8b0bb' : '#555d69',
      borderRadius: 6,
      fontFamily: 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans", sans-serif',
    },
    components: {
      Button: isDark ? { colorPrimary: '#3465bd', colorPrimaryHover: '#3b70cf', colorPrimaryActive: '#2c57a5' } : {},
      Layout: { headerHeight: 48, headerPadding: '0 16px', headerBg: isDark ? '#141619' : '#ffffff', siderBg: isDark ? '#141619' : '#ffffff', bodyBg: isDark ? '#0d0f11' : '#f3f5f8' },
      Menu: { itemHeight: 36, itemSelectedColor: isDark ? '#cfe0ff' : '#1557d6', darkItemBg: '#141619', darkSubMenuItemBg: '#141619' },
      Table: { cellPaddingBlockSM: 7 },
    },
  }
}

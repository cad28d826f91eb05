import 'antd/dist/reset.css'
import 'dayjs/locale/zh-cn'
import './app.css'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { useTranslation } from 'react-i18next'

import '@/i18n'
import { Problem } from '@/api/problem'
import { makeRouter } from './router'
import { SessionGate } from './session'
import { paint, themeOf, useDark } from './theme'

paint()

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the box refuses it refuses again; what did not reach it may do so now.
      retry: (n, e) => n < 2 && (!(e instanceof Problem) || e.offline || e.status >= 500),
      refetchOnWindowFocus: false, // the stream tells of changes
      staleTime: 10_000,
    },
  },
})
const router = makeRouter(queries)

function Root() {
  const { i18n } = useTranslation()
  const dark = useDark()
  dayjs.locale(i18n.language === 'en' ? 'en' : 'zh-cn')
  return (
    <ConfigProvider theme={themeOf(dark)} locale={i18n.language === 'en' ? enUS : zhCN}>
      <AntApp>
        <SessionGate>
          <RouterProvider router={router} />
        </SessionGate>
      </AntApp>
    </ConfigProvider>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Root />
    </QueryClientProvider>
  </StrictMode>,
)

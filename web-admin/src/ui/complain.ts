import { App } from 'antd'
import { useCallback } from 'react'

import { Problem } from '@/api/problem'

/** Shows what the box refused. */
export function useComplain() {
  const { message } = App.useApp()
  return useCallback((e: unknown) => void message.error(e instanceof Problem ? e.message : String(e)), [message])
}

import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useComplain } from '@/ui/complain'

const ways = ['complete', 'merge', 'swap', 'abort'] as const
type Way = (typeof ways)[number]

/** What can be done while one speaks with a third party and the customer waits. */
export function Consulting({ id, onEnd }: { id: string; onEnd: () => void }) {
  const { t } = useTranslation()
  const onError = useComplain()
  const go = useMutation({
    mutationFn: (way: Way) => {
      const path = { params: { path: { id } } }
      switch (way) {
        case 'complete': return take(api.POST('/api/v1/live/calls/{id}/complete', path))
        case 'merge': return take(api.POST('/api/v1/live/calls/{id}/merge', path))
        case 'swap': return take(api.POST('/api/v1/live/calls/{id}/swap', path))
        case 'abort': return take(api.POST('/api/v1/live/calls/{id}/abort', path))
      }
    },
    onSuccess: (_, way) => (way === 'complete' || way === 'abort') && onEnd(),
    onError: (e) => {
      onError(e)
      onEnd() // the third party has left by itself
    },
  })
  return ways.map((w) => <Button key={w} loading={go.isPending && go.variables === w} onClick={() => go.mutate(w)}>{t(`agent.consulting.${w}`)}</Button>)
}

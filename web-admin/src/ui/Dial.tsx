import { PhoneOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useSession } from '@/app/session'
import { useComplain } from './complain'

/** A telephone number; an agent calls it by a click. */
export function Dial({ number }: { number: string }) {
  const { t } = useTranslation()
  const { me, may } = useSession()
  const onError = useComplain()
  const call = useMutation({ mutationFn: () => take(api.POST('/api/v1/calls', { body: { number } })), onError })
  return (
    <>
      <span className="number">{number}</span>
      {me.user.agent !== '' && may('calls.make') && (
        <Button type="text" size="small" icon={<PhoneOutlined />} aria-label={t('ui.callNumber', { number })} loading={call.isPending} onClick={() => call.mutate()} />
      )}{' '}
    </>
  )
}

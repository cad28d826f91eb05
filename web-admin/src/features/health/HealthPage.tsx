import { DownloadOutlined, SaveOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Space } from 'antd'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { useNews } from '@/app/live'
import { useSession } from '@/app/session'
import { useComplain } from '@/ui/complain'
import { PageHeader } from '@/ui/PageHeader'
import { ErrorState, Loading } from '@/ui/states'
import { Facts } from './Facts'
import { Lamps } from './Lamps'
import { Problems } from './Problems'

/** How the box does: what there is to see to, and what to do about each. */
export default function HealthPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const client = useQueryClient()
  const onError = useComplain()
  const key = ['health']
  // What no event tells of, such as the clock, is looked at each minute while somebody looks at the page.
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => take(api.GET('/api/v1/health')), refetchInterval: 60_000 })
  useNews('lines', useCallback(() => void refetch(), [refetch]))
  const backup = useMutation({ mutationFn: () => take(api.POST('/api/v1/health/backup')), onSuccess: (now) => client.setQueryData(key, now), onError })
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <>
      <PageHeader title={t('health.title')}>
        <span className="grow" />
        <Space wrap>
          {may('settings.write') && <Button icon={<SaveOutlined />} loading={backup.isPending} onClick={() => backup.mutate()}>{t('health.backUp')}</Button>}
          {may('settings.secrets') && <Button icon={<DownloadOutlined />} href="/api/v1/health/backup" download>{t('health.takeBackup')}</Button>}
          <Button icon={<DownloadOutlined />} href="/api/v1/health/diagnostics" download>{t('health.diagnostics')}</Button>
        </Space>
      </PageHeader>
      <Problems list={data.problems} />
      <div className="ticket-grid">
        <Lamps health={data} />
        <Facts health={data} />
      </div>
    </>
  )
}

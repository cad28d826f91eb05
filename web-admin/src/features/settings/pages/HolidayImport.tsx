import { UploadOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Upload } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { useSession } from '@/app/session'

/** Takes the public holidays of a year from a file, in place of what is known of it. */
export function HolidayImport() {
  const { t } = useTranslation()
  const { may } = useSession()
  const { message, modal } = App.useApp()
  const client = useQueryClient()
  if (!may('settings.write')) return null
  const read = async (f: File) => {
    let year: Schemas['CalendarYear']
    try {
      year = JSON.parse(await f.text()) as Schemas['CalendarYear']
    } catch {
      return void message.error(t('history.unreadable', { name: f.name }))
    }
    modal.confirm({
      title: t('settings.holidayTitle', { year: year.year }), content: t('settings.holidayText', { days: year.holidays?.length ?? 0, swaps: year.swaps?.length ?? 0 }), okText: t('settings.holidayImport'), cancelText: t('settings.cancel'),
      onOk: () => take(api.POST('/api/v1/settings/holiday-years/import', { body: year })).then(
        () => { void message.success(t('settings.saved')); void client.invalidateQueries({ queryKey: ['settings'] }) },
        (e: Problem) => void message.error([e.message, ...e.fields.map((x) => x.message)].join(' ')),
      ),
    })
  }
  return (
    <div className="filters">
      <Upload accept=".json,application/json" showUploadList={false} beforeUpload={(f) => { void read(f); return false }}>
        <Button icon={<UploadOutlined />}>{t('settings.holidayFile')}</Button>
      </Upload>
    </div>
  )
}

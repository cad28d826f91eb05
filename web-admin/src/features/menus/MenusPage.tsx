import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Alert, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import type { Problem } from '@/api/problem'
import { useSession } from '@/app/session'
import { DataTable } from '@/ui/DataTable'
import { moment } from '@/ui/format'
import { Mark } from '@/ui/Mark'
import { PageHeader } from '@/ui/PageHeader'
import { Nothing } from '@/ui/states'

type Info = Schemas['FlowInfo']

/** The menus that callers hear. */
export default function MenusPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const [making, setMaking] = useState(false)
  return (
    <>
      <PageHeader title={t('menus.title')}>
        <span className="grow" />
        {may('settings.write') && <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>{t('menus.new')}</Button>}
      </PageHeader>
      <DataTable<Info>
        label={t('menus.title')} rowKey={(m) => m.id} onCursor={() => {}}
        query={{ queryKey: ['menus'], queryFn: () => take(api.GET('/api/v1/settings/flows')) }}
        empty={<Nothing text={t('menus.none')}>{may('settings.write') && <Button onClick={() => setMaking(true)}>{t('menus.new')}</Button>}</Nothing>}
        columns={[
          { title: t('menus.name'), render: (_, m) => <Link to="/menus/$id" params={{ id: m.id }}>{m.title || m.id}</Link> },
          { title: t('menus.id'), render: (_, m) => <span className="number">{m.id}</span> },
          { title: t('menus.published'), render: (_, m) => (m.published > 0 ? t('menus.version', { n: m.published }) : <Mark tone="warn">{t('menus.unpublished')}</Mark>) },
          { title: t('menus.draft'), render: (_, m) => m.draft && <Mark tone="busy">{t('menus.draft')}</Mark> },
          { title: t('menus.changed'), render: (_, m) => <span className="number">{moment(m.versions.at(-1)?.at)}</span> },
        ]}
      />
      {making && <NewMenu onClose={() => setMaking(false)} />}
    </>
  )
}

function NewMenu({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const go = useNavigate()
  const client = useQueryClient()
  const [form] = Form.useForm<{ id: string; title: string }>()
  const [problem, setProblem] = useState<Problem>()
  const make = useMutation({
    mutationFn: (body: { id: string; title: string }) => take(api.POST('/api/v1/settings/flows', { body })),
    onSuccess: (m) => {
      void client.invalidateQueries({ queryKey: ['menus'] })
      void go({ to: '/menus/$id', params: { id: m.id } })
    },
    onError: (e: Problem) => setProblem(e),
  })
  return (
    <Modal open title={t('menus.new')} onCancel={onClose} okText={t('menus.make')} okButtonProps={{ loading: make.isPending }} onOk={() => form.submit()}>
      {problem && <Alert type="error" showIcon title={problem.message} style={{ marginBottom: 12 }} />}
      <Form form={form} layout="vertical" onFinish={(b) => make.mutate(b)}>
        <Form.Item name="title" label={t('menus.name')} rules={[{ required: true, message: t('ui.required') }]}><Input maxLength={100} autoFocus /></Form.Item>
        <Form.Item name="id" label={t('menus.id')} extra={t('menus.idHint')} rules={[{ required: true, pattern: /^[A-Za-z0-9_-]+$/, message: t('menus.idBad') }]}><Input maxLength={64} /></Form.Item>
      </Form>
    </Modal>
  )
}

/** The problems of a draft, read again after each change that was kept. */
export function useCheck(id: string, drafted: boolean) {
  return useQuery({
    queryKey: ['menu', id, 'check'], enabled: drafted, placeholderData: (old) => old,
    queryFn: () => take(api.GET('/api/v1/settings/flows/{id}/draft/check', { params: { path: { id } } })),
  })
}

import { PlusOutlined } from '@ant-design/icons'
import { getRouteApi } from '@tanstack/react-router'
import { Button, Input, Segmented } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/app/session'
import { FilterSelect } from '@/ui/FilterSelect'
import { PageHeader } from '@/ui/PageHeader'
import { Loading } from '@/ui/states'
import { Agenda } from './Agenda'
import { Board } from './Board'
import { useTypes } from './people'
import { TicketList } from './TicketList'
import { priorities, states } from './tones'

const NewTicket = lazy(() => import('./NewTicket'))
const route = getRouteApi('/tickets')

/** What customers asked for: one's own by the next deadline, or everybody's; as a list, a board, or days with deadlines. */
export default function TicketsPage() {
  const { t } = useTranslation()
  const { me, may } = useSession()
  const types = useTypes()
  const search = route.useSearch()
  const go = route.useNavigate()
  const [opening, setOpening] = useState(false)
  const filter = (change: Partial<typeof search>) => void go({ search: { ...search, cursor: undefined, ...change } })
  const view = search.view ?? 'list'
  const agent = me.user.agent
  return (
    <>
      <PageHeader title={t('tickets.title')}>
        {agent !== '' && (
          <Segmented
            value={search.owner === agent ? 'mine' : 'all'} aria-label={t('tickets.whose')}
            onChange={(v) => filter({ owner: v === 'mine' ? agent : undefined })}
            options={[{ value: 'mine', label: t('tickets.mine') }, { value: 'all', label: t('tickets.all') }]}
          />
        )}
        <Segmented
          value={view} aria-label={t('tickets.view')} onChange={(v) => filter({ view: v === 'list' ? undefined : v })}
          options={(['list', 'board', 'agenda'] as const).map((v) => ({ value: v, label: t(`tickets.views.${v}`) }))}
        />
        <span className="grow" />
        {may('tickets.write') && <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpening(true)}>{t('tickets.new')}</Button>}
      </PageHeader>
      <div className="filters">
        <Input.Search
          allowClear defaultValue={search.q} key={search.q ?? ''} onSearch={(q) => filter({ q: q.trim() || undefined, view: undefined })} style={{ width: 240 }}
          placeholder={t('tickets.findTicket')} aria-label={t('tickets.findTicket')}
        />
        {view !== 'board' && <FilterSelect label={t('tickets.state')} value={search.state} onChange={(state) => filter({ state })} options={states.map((v) => ({ value: v, label: t(`tickets.states.${v}`) }))} />}
        <FilterSelect label={t('tickets.type')} value={search.type} onChange={(type) => filter({ type })} options={types.list.map((x) => ({ value: x.id, label: x.name }))} />
        <FilterSelect label={t('tickets.priority')} value={search.priority} onChange={(priority) => filter({ priority })} options={priorities.map((v) => ({ value: v, label: t(`tickets.priorities.${v}`) }))} />
        <FilterSelect label={t('tickets.overdue')} value={search.overdue} onChange={(overdue) => filter({ overdue })} options={[{ value: 'true', label: t('tickets.onlyOverdue') }]} />
      </div>
      {view === 'board' ? <Board search={search} /> : view === 'agenda' ? <Agenda search={search} /> : <TicketList search={search} onCursor={(cursor) => void go({ search: { ...search, cursor } })} />}
      {opening && <Suspense fallback={<Loading />}><NewTicket onClose={() => setOpening(false)} /></Suspense>}
    </>
  )
}

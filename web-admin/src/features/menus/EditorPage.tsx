import { RedoOutlined, UndoOutlined } from '@ant-design/icons'
import { getRouteApi, useBlocker } from '@tanstack/react-router'
import { Alert, App, Button, Segmented, Space, Tabs } from 'antd'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import './menus.css'
import { useSession } from '@/app/session'
import { useKeys } from '@/app/shortcuts'
import { PageHeader } from '@/ui/PageHeader'
import { ErrorState, Loading } from '@/ui/states'
import { add, remove } from './model'
import { AddNode } from './AddNode'
import { useCheck } from './MenusPage'
import { NodeForm } from './NodeForm'
import { Outline } from './Outline'
import { Problems } from './Problems'
import { Publish } from './Publish'
import { Rehearsal } from './Rehearsal'
import { useDraft } from './useDraft'
import { Versions } from './Versions'

const Canvas = lazy(() => import('./Canvas'))
const route = getRouteApi('/menus/$id')

/** Draws a menu: as a picture, or as a list for those who do not see it; checks, rehearses and publishes it. */
export default function EditorPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const { message } = App.useApp()
  const { id } = route.useParams()
  const draft = useDraft(id)
  const [view, setView] = useState<'canvas' | 'outline'>(window.innerWidth < 900 ? 'outline' : 'canvas')
  const [chosen, setChosen] = useState<string>()
  const [heard, setHeard] = useState<string[]>([])
  const check = useCheck(id, draft.drafted)
  const { flow, change, undo, redo } = draft
  const writes = may('settings.write')
  useKeys(useMemo(() => ({ 'Ctrl+z': () => undo?.(), 'Ctrl+y': () => redo?.() }), [undo, redo]))
  useBlocker({ shouldBlockFn: () => draft.saving && !window.confirm(t('menus.leave')), enableBeforeUnload: () => draft.saving })
  if (draft.error) return <ErrorState error={draft.error} retry={() => void draft.refetch()} />
  if (!flow || !draft.shelf) return <Loading />
  const shelf = draft.shelf
  const problems = check.data?.problems ?? []
  const insert = (kind: string) => {
    const made = add(flow, kind)
    change(made.flow)
    setChosen(made.name)
  }
  const drop = (name: string) => {
    change(remove(flow, name))
    setChosen(undefined)
    void message.info(<>{t('menus.removed', { name })} {t('menus.undoHint')}</>)
  }
  const node = chosen !== undefined && chosen in flow.nodes ? chosen : undefined
  const parts = { flow, chosen: node, onChoose: setChosen, problems, heard }
  return (
    <>
      <PageHeader title={shelf.title || shelf.id}>
        <span className="faint" role="status">{draft.saving ? t('agent.saving') : t('menus.kept')}</span>
        <span className="grow" />
        <Space wrap>
          <Segmented value={view} onChange={setView} aria-label={t('menus.view')} options={[{ value: 'canvas', label: t('menus.canvas') }, { value: 'outline', label: t('menus.outline') }]} />
          {writes && <Button icon={<UndoOutlined />} aria-label={t('menus.undo')} disabled={!undo} onClick={undo} />}
          {writes && <Button icon={<RedoOutlined />} aria-label={t('menus.redo')} disabled={!redo} onClick={redo} />}
          {writes && <AddNode onAdd={insert} />}
          {writes && <Publish id={id} ready={!draft.saving && check.data?.ok === true} onDone={() => void draft.reread()} />}
        </Space>
      </PageHeader>
      {draft.stale && <Alert type="warning" showIcon title={t('menus.stale')} action={<Button size="small" onClick={() => void draft.reread()}>{t('menus.reread')}</Button>} style={{ marginBottom: 12 }} />}
      {draft.failed && !draft.stale && <Alert type="error" showIcon title={draft.failed.message} action={<Button size="small" onClick={draft.again}>{t('ui.retry')}</Button>} style={{ marginBottom: 12 }} />}
      <div className="menu-grid">
        <div className="card menu-drawing">
          {view === 'canvas'
            ? <Suspense fallback={<Loading />}><Canvas {...parts} onChange={writes ? change : undefined} onRemove={drop} /></Suspense>
            : <Outline {...parts} />}
        </div>
        <div className="stack">
          {node !== undefined && <NodeForm key={node} flow={flow} name={node} problems={problems.filter((p) => p.node === node)} readOnly={!writes} onChange={change} onChoose={setChosen} onRemove={() => drop(node)} />}
          <div className="card">
            <Tabs
              size="small"
              items={[
                { key: 'problems', label: t('menus.problemsTab', { n: problems.length }), children: <Problems list={problems} onChoose={setChosen} /> },
                { key: 'rehearse', label: t('menus.rehearse'), children: <Rehearsal id={id} busy={draft.saving} onHeard={setHeard} onChoose={setChosen} /> },
                { key: 'versions', label: t('menus.versions'), children: <Versions shelf={shelf} draft={flow} onDone={() => void draft.reread()} /> },
              ]}
            />
          </div>
        </div>
      </div>
    </>
  )
}

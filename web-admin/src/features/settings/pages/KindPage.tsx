import '../settings.css'

import { PlusOutlined } from '@ant-design/icons'
import { QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Problem } from '@/api/problem'
import { useSession } from '@/app/session'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import { arrange, keep, listQuery, remove, singleQuery } from '../kit/box'
import { DocumentForm } from '../kit/DocumentForm'
import { DocumentList } from '../kit/DocumentList'
import { Faults } from '../kit/Faults'
import { type Item, type Kind, nameOf } from '../kit/kind'
import { kinds } from '../kinds'
import { SettingsHeader } from './SettingsHeader'

const route = getRouteApi('/settings/$kind')

/** What is set of one kind: a list of documents, or the form of the only one. */
export default function KindPage() {
  const { t } = useTranslation()
  const { kind: url } = route.useParams()
  const kind = kinds.find((k) => k.url === url)
  if (!kind) return <Nothing text={t('ui.noPage')} />
  return kind.single ? <Single key={url} kind={kind} /> : <List key={url} kind={kind} />
}

function Single({ kind }: { kind: Kind }) {
  const { may } = useSession()
  const { data, error, refetch } = useQuery({ ...singleQuery(kind.url), staleTime: 0 })
  // Reading it again after it was kept makes a new form, which begins with what is there now.
  const [round, setRound] = useState(0)
  return (
    <>
      <SettingsHeader kind={kind.url} />
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : !data ? <Loading /> : (
        <DocumentForm key={round} kind={kind} item={data} readOnly={!may('settings.write')} onCancel={() => setRound(round + 1)} onDone={() => void refetch().then(() => setRound((n) => n + 1))} />
      )}
    </>
  )
}

function List({ kind }: { kind: Kind }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const go = route.useNavigate()
  const { q = '' } = route.useSearch()
  const { data, error, refetch } = useQuery(listQuery(kind.url))
  const { onDelete, onMove } = useChanges(kind, data)
  const mayWrite = may('settings.write')
  const fresh = mayWrite && (
    <Link to="/settings/$kind/edit" params={{ kind: kind.url }}><Button type="primary" icon={<PlusOutlined />} tabIndex={-1}>{t('settings.new')}</Button></Link>
  )
  return (
    <>
      <SettingsHeader kind={kind.url}>{fresh}</SettingsHeader>
      {kind.above?.()}
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : !data ? <Loading /> : (
        <DocumentList
          kind={kind} items={data.items} query={q} mayWrite={mayWrite} onDelete={onDelete} onMove={onMove} onNew={fresh}
          onQuery={(text) => void go({ search: text === '' ? {} : { q: text }, replace: true })}
        />
      )}
    </>
  )
}

/** Deletes and moves documents, and tells what the box says to that. */
function useChanges(kind: Kind, data?: { items: Item[]; etag: string }) {
  const { t } = useTranslation()
  const { modal, notification } = App.useApp()
  const client = useQueryClient()
  const again = () => client.invalidateQueries({ queryKey: ['settings'] })
  const failed = (title: string, e: unknown) => {
    const p = e instanceof Problem ? e : undefined
    void again()
    modal.error({
      title,
      content: (
        <>
          <p>{p?.status === 412 ? t('settings.staleList') : (p?.message ?? String(e))}</p>
          {p && p.fields.length > 0 && <QueryClientProvider client={client}><Faults list={p.fields} said={p.message} /></QueryClientProvider>}
        </>
      ),
    })
  }
  const told = (title: string, undo: () => Promise<unknown>) => {
    const key = 'undo' + String(Date.now())
    notification.success({
      key, title, duration: 8,
      actions: <Button size="small" onClick={() => { notification.destroy(key); undo().then(again, (e: unknown) => failed(t('settings.undoFailed'), e)) }}>{t('settings.undo')}</Button>,
    })
  }
  const values = data?.items.map((i) => i.value) ?? []
  const order = async (next: Item['value'][], etag: string) => {
    await arrange(kind, next, etag)
    await again()
  }
  const onMove = (from: number, to: number) => {
    const next = values.toSpliced(from, 1).toSpliced(to, 0, values[from]!)
    order(next, data!.etag).then(() => told(t('settings.moved'), () => backTo(values)), (e: unknown) => failed(t('settings.moveFailed'), e))
  }
  /** Puts the list back as it was, if nobody else has changed it since. */
  const backTo = async (old: Item['value'][]) => order(old, (await client.fetchQuery({ ...listQuery(kind.url), staleTime: 0 })).etag)
  const onDelete = (item: Item) => {
    const name = nameOf(item.value, kind.ordered ? t('settings.rule', { n: Number(item.id) + 1 }) : item.id)
    modal.confirm({
      title: t('settings.deleteTitle', { name }), content: t('settings.deleteText'), okText: t('settings.delete'), cancelText: t('settings.cancel'), okButtonProps: { danger: true },
      onOk: () => remove(kind, item).then(async () => {
        await again()
        told(t('settings.deleted', { name }), () => (kind.ordered ? backTo(values) : keep(kind, item.value)))
      }, (e: unknown) => failed(t('settings.deleteFailed', { name }), e)),
    })
  }
  return { onDelete, onMove }
}

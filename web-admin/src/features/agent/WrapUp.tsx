import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Cascader, Input, Space } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useKeys } from '@/app/shortcuts'
import { Until } from '@/ui/Since'
import { type Self, useChange } from './useAgent'
import { useComplain } from '@/ui/complain'

type Choice = Schemas['DispositionChoice']
interface Option {
  value: string
  label: string
  children?: Option[]
}

/** Dispositions as a tree of choices, each with the digits that lead to it. */
export function treeOf(list: Choice[], group = ''): Option[] {
  return list
    .filter((d) => (d.in ?? '') === group)
    .map((d) => {
      const children = treeOf(list, d.id)
      return { value: d.id, label: d.key ? `${d.key} ${d.name}` : d.name, ...(children.length > 0 && { children }) }
    })
}

/** The way down the tree to a disposition. */
export function wayTo(list: Choice[], id: string | undefined): string[] {
  const d = list.find((x) => x.id === id)
  return d ? [...wayTo(list, d.in), d.id] : []
}

/** What the call was about: kept while one types, proposed as a ticket, and done with Ctrl+Enter. */
export function WrapUp({ call, self }: { call: string; self: Self }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const onError = useComplain()
  const change = useChange()
  const key = ['wrap-up', call]
  const choices = useQuery({ queryKey: ['dispositions'], queryFn: () => take(api.GET('/api/v1/dispositions')), staleTime: 300_000 })
  const sheet = useQuery({ queryKey: key, queryFn: () => take(api.GET('/api/v1/calls/{id}/wrap-up', { params: { path: { id: call } } })), staleTime: Infinity, retry: false })
  const [disposition, setDisposition] = useState<string>()
  const [note, setNote] = useState('')
  const [touched, setTouched] = useState(false)
  useEffect(() => { // what was kept, as long as nobody has typed anything since
    if (!sheet.data || touched) return
    setDisposition(sheet.data.draft?.disposition ?? sheet.data.said?.disposition)
    setNote(sheet.data.draft?.note ?? sheet.data.said?.note ?? '')
  }, [sheet.data, touched])
  const save = useMutation({
    mutationFn: (draft: boolean) => take(api.PUT('/api/v1/calls/{id}/wrap-up', { params: { path: { id: call } }, body: { disposition, note, draft } })),
    onSuccess: (data) => client.setQueryData(key, data),
    onError,
  })
  const { mutate } = save
  const pending = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (!touched) return
    pending.current = setTimeout(() => mutate(true), 800)
    return () => clearTimeout(pending.current)
  }, [disposition, note, touched, mutate])
  const list = useMemo(() => choices.data?.items ?? [], [choices.data])
  const finish = async () => {
    clearTimeout(pending.current)
    if (disposition) await save.mutateAsync(false)
    if (self.activity === 'wrap_up') change.mutate({ do: 'end-wrap-up' })
  }
  const done = () => void finish().catch(() => {}) // the complaint is shown
  const way = wayTo(list, disposition)
  const choose = (id: string | undefined) => {
    setDisposition(id)
    setTouched(true)
  }
  // A digit goes one level further down, as on the sheet that agents know by heart.
  const keys: Record<string, () => void> = { 'Ctrl+Enter': done }
  for (const d of list.filter((x) => (x.in ?? '') === (list.some((c) => c.in === disposition) ? disposition : ''))) {
    if (d.key) keys[d.key] = () => choose(d.id)
  }
  useKeys(keys)
  const proposal = sheet.data?.proposal
  return (
    <section className="card wrapup" aria-label={t('agent.wrapUp')}>
      <Space wrap style={{ marginBottom: 8 }}>
        <h2>{t('agent.wrapUp')}</h2>
        {self.activity === 'wrap_up' && self.wrap_up_ends && <span className="faint">{t('agent.wrapUpEnds')} <Until at={self.wrap_up_ends} /></span>}
        {self.activity === 'wrap_up' && <Button size="small" onClick={() => change.mutate({ do: 'extend-wrap-up' })}>{t('agent.extend')}</Button>}
        {self.disposition_due && <span className="led warn">{t('agent.dispositionDue')}</span>}
        {save.isPending ? <span className="faint">{t('agent.saving')}</span> : touched && save.isSuccess && <span className="faint">{t('agent.saved')}</span>}
      </Space>
      <div className="wrapup-row">
        <Cascader
          options={treeOf(list)} value={way} onChange={(v) => choose(v?.at(-1) as string | undefined)} changeOnSelect showSearch
          placeholder={t('agent.disposition')} aria-label={t('agent.disposition')} style={{ minWidth: 220 }}
        />
        <Input.TextArea
          value={note} maxLength={2000} autoSize={{ minRows: 1, maxRows: 4 }} placeholder={t('agent.note')} aria-label={t('agent.note')}
          onChange={(e) => {
            setNote(e.target.value)
            setTouched(true)
          }}
          onKeyDown={(e) => e.key === 'Enter' && (e.ctrlKey || e.metaKey) && done()}
        />
        <Button type="primary" loading={save.isPending || change.isPending} onClick={done}>
          {self.activity === 'wrap_up' ? t('agent.finish') : t('agent.keep')} Ctrl+↵
        </Button>
      </div>
      {proposal && <Proposal call={call} proposal={proposal} />}
    </section>
  )
}

/** The ticket that the disposition proposes: a new one, or one that is open already. */
function Proposal({ call, proposal }: { call: string; proposal: Schemas['TicketProposal'] }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const onError = useComplain()
  const [subject, setSubject] = useState(proposal.ticket.subject ?? '')
  const open = useMutation({
    mutationFn: (ticket?: string) =>
      take(api.POST('/api/v1/calls/{id}/wrap-up/tickets', { params: { path: { id: call } }, body: ticket ? { join: ticket } : { open: { ...proposal.ticket, subject } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['wrap-up', call] }),
    onError,
  })
  return (
    <Alert
      style={{ marginTop: 8 }} type="info" title={t('agent.proposal')}
      description={
        <Space wrap>
          <Input value={subject} onChange={(e) => setSubject(e.target.value)} aria-label={t('agent.subject')} placeholder={t('agent.subject')} style={{ width: 280 }} maxLength={200} />
          <Button loading={open.isPending} onClick={() => open.mutate(undefined)}>{t('agent.openTicket')}</Button>
          {proposal.open.map((k) => <Button key={k.id} onClick={() => open.mutate(k.id)}>{t('agent.joinTicket', { number: k.number, subject: k.subject })}</Button>)}
        </Space>
      }
    />
  )
}

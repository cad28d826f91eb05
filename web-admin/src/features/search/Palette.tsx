import { SearchOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Input, type InputRef, Modal } from 'antd'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, take } from '@/api/client'
import { groups } from '@/app/nav'
import { useSession } from '@/app/session'
import { useKeys } from '@/app/shortcuts'
import { settingsPlaces } from '@/features/settings/places'

interface Found {
  key: string
  kind: string
  text: string
  path: string
  search?: Record<string, string>
}

const shortest = 2

/** Ctrl+K: a customer, plate, telephone, ticket or page by a few letters. */
export function Palette() {
  const { t } = useTranslation()
  const { may } = useSession()
  const go = useNavigate()
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const input = useRef<InputRef>(null)
  useKeys(useMemo(() => ({ 'Ctrl+k': () => setOpen(true) }), []))
  const query = useDeferredValue(text.trim())
  const asks = open && query.length >= shortest
  const customers = useQuery({
    queryKey: ['palette', 'customers', query], enabled: asks && may('customers.read'),
    queryFn: () => take(api.GET('/api/v1/customers/search', { params: { query: { q: query, limit: 8 } } })),
  })
  const tickets = useQuery({
    queryKey: ['palette', 'tickets', query], enabled: asks && may('tickets.read'),
    queryFn: () => take(api.GET('/api/v1/tickets/search', { params: { query: { q: query, limit: 8 } } })),
  })
  const pages: Found[] = groups
    .flatMap((g) => g.places)
    .filter((p) => may(p.perm) && t(p.key).toLowerCase().includes(query.toLowerCase()))
    .map((p) => ({ key: p.path, kind: t('search.page'), text: t(p.key), path: p.path }))
  const set: Found[] = settingsPlaces
    .map((p) => ({ ...p, text: t(`settings.kinds.${p.key}.title`) }))
    .filter((p) => query !== '' && may(p.perm) && p.text.toLowerCase().includes(query.toLowerCase()))
    .map((p) => ({ key: p.path, kind: t('nav.settings'), text: p.text, path: p.path }))
  const list: Found[] = [
    ...(asks ? (customers.data?.items ?? []) : []).map((h) => {
      const number = h.customer?.phones?.[0]?.number ?? ''
      return {
        key: 'c' + (h.customer?.id ?? '') + (h.vehicle?.id ?? ''), kind: t('search.customer'), path: h.customer ? `/customers/${h.customer.id}` : `/vehicles/${h.vehicle?.id ?? ''}`,
        text: [h.customer?.name, h.vehicle?.plate, number].filter(Boolean).join(' · '),
      }
    }),
    ...(asks ? (tickets.data?.items ?? []) : []).map((k) => ({ key: k.id, kind: t('search.ticket'), text: `${k.number} ${k.subject}`, path: `/tickets/${k.id}` })),
    ...pages,
    ...set,
  ]
  useEffect(() => setAt(0), [query])
  const close = () => {
    setOpen(false)
    setText('')
  }
  const pick = (f?: Found) => {
    if (!f) return
    close()
    void go({ to: f.path, search: f.search as never })
  }
  return (
    <>
    <Button type="text" icon={<SearchOutlined />} aria-label={`${t('search.button')} Ctrl K`} aria-keyshortcuts="Control+K" onClick={() => setOpen(true)}>
      <span className="shell-word">{t('search.button')} <kbd>Ctrl K</kbd></span>
    </Button>
    <Modal open={open} onCancel={close} footer={null} closable={false} title={null} destroyOnHidden aria-label={t('search.title')} afterOpenChange={(o) => o && input.current?.focus()}>
      <Input
        ref={input} value={text} onChange={(e) => setText(e.target.value)} placeholder={t('search.hint')} aria-label={t('search.hint')} size="large" role="combobox"
        aria-expanded aria-controls="palette" aria-activedescendant={list[at] && 'palette-' + at}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') setAt((n) => Math.min(n + 1, list.length - 1))
          else if (e.key === 'ArrowUp') setAt((n) => Math.max(n - 1, 0))
          else if (e.key === 'Enter' && !e.nativeEvent.isComposing) pick(list[at])
          else return
          e.preventDefault()
        }}
      />
      <ul id="palette" role="listbox" className="rows palette" aria-label={t('search.title')}>
        {list.map((f, i) => (
          <li key={f.key} id={'palette-' + i} role="option" aria-selected={i === at} onClick={() => pick(f)} onMouseEnter={() => setAt(i)}>
            <span className="faint">{f.kind}</span> {f.text}
          </li>
        ))}
      </ul>
      {asks && list.length === 0 && !customers.isFetching && <p className="faint">{t('search.none')}</p>}
    </Modal>
    </>
  )
}

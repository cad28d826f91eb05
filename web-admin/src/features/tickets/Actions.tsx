import { DownOutlined } from '@ant-design/icons'
import { Button, Dropdown, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/app/session'
import { type Act, ActionDialog, acts } from './ActionDialog'
import { EditDialog } from './EditDialog'
import { DispatchDialog } from './DispatchDialog'
import { useTypes } from './people'
import type { Ticket } from './TicketPage'

type Open = Act | 'edit' | 'dispatch'

/** What may be done with a ticket in its state by who looks at it; the likely first. */
const first: Open[] = ['contact', 'resolve', 'progress', 'assign', 'dispatch', 'wait', 'resume', 'close', 'reopen']

export function Actions({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const [open, setOpen] = useState<Open>()
  const job = useTypes().get(ticket.type)?.job ?? false
  const going = ['offering', 'accepted', 'arrived'].includes(ticket.dispatch?.state ?? '')
  const can = (o: Open) => ticket.allowed.includes(o) && (o !== 'dispatch' || (job && !going)) && may(o === 'cancel' ? 'tickets.manage' : 'tickets.write')
  const shown = first.filter(can)
  const rest = (['edit', 'retype', 'merge', 'cancel'] as Open[]).filter(can)
  const close = () => setOpen(undefined)
  if (shown.length + rest.length === 0) return null
  return (
    <div className="filters">
      <Space wrap>
        {shown.map((o, i) => <Button key={o} type={i === 0 ? 'primary' : 'default'} onClick={() => setOpen(o)}>{t(`tickets.acts.${o}`)}</Button>)}
        {rest.length > 0 && (
          <Dropdown trigger={['click']} menu={{ items: rest.map((o) => ({ key: o, label: t(`tickets.acts.${o}`), danger: o === 'cancel' })), onClick: (e) => setOpen(e.key as Open) }}>
            <Button>{t('tickets.moreActs')} <DownOutlined /></Button>
          </Dropdown>
        )}
      </Space>
      {open === 'edit' && <EditDialog ticket={ticket} onClose={close} />}
      {open === 'dispatch' && <DispatchDialog ticket={ticket} onClose={close} />}
      {open && open in acts && <ActionDialog key={open} ticket={ticket} act={open as Act} onClose={close} />}
    </div>
  )
}

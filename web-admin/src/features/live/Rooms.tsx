import { AudioMutedOutlined, AudioOutlined, LockOutlined, UnlockOutlined, UserDeleteOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Tooltip } from 'antd'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { api, type Schemas, take } from '@/api/client'
import { useNews } from '@/app/live'
import { useSession } from '@/app/session'
import { useComplain } from '@/ui/complain'
import { Since } from '@/ui/Since'

type Room = Schemas['RoomView']
type Party = Schemas['PartyView']

const key = ['live', 'rooms']

/** The conferences that go on: who is in them, muting, sending away, locking. There is nothing here when there are none. */
export function Rooms() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data } = useQuery({ queryKey: key, refetchOnMount: 'always', queryFn: () => take(api.GET('/api/v1/live/conferences')) })
  // The stream tells of calls: somebody who comes into a room, or goes, is one.
  useNews('call', useCallback((n: Schemas['CallChanged']) => { if (n.call.place.startsWith('conference')) void client.invalidateQueries({ queryKey: key }) }, [client]))
  const some = (data?.items.length ?? 0) > 0
  useNews('call-ended', useCallback(() => { if (some) void client.invalidateQueries({ queryKey: key }) }, [client, some]))
  if (!some) return null
  return (
    <section className="card" aria-label={t('live.rooms')}>
      <h2>{t('live.rooms')}</h2>
      {data!.items.map((r) => <RoomBlock key={r.number} room={r} />)}
    </section>
  )
}

function RoomBlock({ room }: { room: Room }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const act = useAct()
  const path = { room: room.number }
  return (
    <div className="live-room">
      <div className="live-head">
        <b>{room.name || room.number}</b>
        {room.begun && <Since at={room.begun} />}
        <span className="grow" />
        {may('calls.monitor') && (
          <Button size="small" icon={room.locked ? <LockOutlined /> : <UnlockOutlined />} aria-pressed={room.locked} onClick={() => act(api.PUT('/api/v1/live/conferences/{room}/lock', { params: { path }, body: { on: !room.locked } }))}>
            {room.locked ? t('live.locked') : t('live.lock')}
          </Button>
        )}
      </div>
      <ul className="rows">{room.parties.map((p) => <PartyRow key={p.call} room={room.number} party={p} />)}</ul>
    </div>
  )
}

function PartyRow({ room, party }: { room: string; party: Party }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const { modal } = App.useApp()
  const act = useAct()
  const path = { room, party: party.call }
  const who = party.name || party.extension || party.number || t('live.withheld')
  const away = () => modal.confirm({
    title: t('live.kickSure', { who }), okText: t('live.kick'), okButtonProps: { danger: true },
    onOk: () => act(api.DELETE('/api/v1/live/conferences/{room}/parties/{party}', { params: { path } })),
  })
  return (
    <li>
      <span>{who}</span>
      {party.moderator && <span className="faint">{t('live.moderator')}</span>}
      <span className="grow" />
      {party.joined && <Since at={party.joined} />}
      {may('calls.monitor') && (
        <>
          <Tooltip title={party.silenced ? t('live.unmute') : t('live.mute')}>
            <Button
              size="small" icon={party.silenced ? <AudioMutedOutlined /> : <AudioOutlined />} aria-pressed={party.silenced} aria-label={t('live.muteWho', { who })}
              onClick={() => act(api.PUT('/api/v1/live/conferences/{room}/parties/{party}/mute', { params: { path }, body: { on: !party.silenced } }))}
            />
          </Tooltip>
          <Tooltip title={t('live.kick')}><Button size="small" danger icon={<UserDeleteOutlined />} aria-label={t('live.kickWho', { who })} onClick={away} /></Tooltip>
        </>
      )}
    </li>
  )
}

/** Does something with a conference, and reads them anew. */
function useAct() {
  const client = useQueryClient()
  const onError = useComplain()
  const m = useMutation({
    mutationFn: (p: Promise<{ data?: unknown; error?: unknown; response: Response }>) => take(p),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
    onError,
  })
  return (p: Promise<{ data?: unknown; error?: unknown; response: Response }>) => m.mutateAsync(p).catch(() => {})
}

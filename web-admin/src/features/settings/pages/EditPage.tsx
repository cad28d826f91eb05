import '../settings.css'

import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '@/app/session'
import { ErrorState, Loading, Nothing } from '@/ui/states'
import { oneQuery } from '../kit/box'
import { DocumentForm } from '../kit/DocumentForm'
import { type Item, type Kind, nameOf, type Value } from '../kit/kind'
import { kinds } from '../kinds'
import { SecretOnce } from './SecretOnce'
import { SettingsHeader } from './SettingsHeader'

const route = getRouteApi('/settings/$kind/edit')

/** One document: a new one, a copy of another, or one that is changed. */
export default function EditPage() {
  const { t } = useTranslation()
  const { kind: url } = route.useParams()
  const { id, from } = route.useSearch()
  const kind = kinds.find((k) => k.url === url && !k.single)
  if (!kind) return <Nothing text={t('ui.noPage')} />
  return <Edit key={`${url} ${id ?? ''} ${from ?? ''}`} kind={kind} id={id} from={from} />
}

function Edit({ kind, id, from }: { kind: Kind; id?: string; from?: string }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const go = route.useNavigate()
  const read = id ?? from
  const { data, error, refetch, isFetchedAfterMount } = useQuery({ ...oneQuery(kind, read ?? ''), enabled: read !== undefined, staleTime: 0 })
  const initial = useMemo(() => (from !== undefined && data ? copyOf(kind, data.value) : { ...kind.fresh }), [kind, from, data])
  const back = () => void go({ to: `/settings/${kind.url}` })
  const [secret, setSecret] = useState<string>()
  const done = (kept: Item) => (typeof kept.whole?.secret === 'string' && kept.whole.secret !== '' ? setSecret(kept.whole.secret) : back())
  const name = id === undefined ? t('settings.newOf', { name: t(`settings.kinds.${kind.url}.title`) }) : kind.ordered ? t('settings.rule', { n: Number(id) + 1 }) : nameOf(data?.value, kind.plain ? '' : id)
  return (
    <>
      <SettingsHeader kind={kind.url} name={name} />
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : read !== undefined && (!data || !isFetchedAfterMount) ? <Loading /> : (
        <>
          <DocumentForm kind={kind} item={id === undefined ? undefined : data} initial={initial} readOnly={!kind.plain && !may('settings.write')} onDone={done} onCancel={back} />
          {id !== undefined && data && kind.below?.(data)}
        </>
      )}
      {secret !== undefined && <SecretOnce secret={secret} onClose={back} />}
    </>
  )
}

/** A copy lacks what only one document may have: its name, and its password. */
function copyOf(kind: Kind, v: Value): Value {
  const copy = { ...v }
  if (kind.ordered) return copy
  delete copy.id
  delete copy.number
  if (!('id' in v) && !('number' in v)) delete copy.name
  delete copy.password
  delete copy.pin
  return copy
}

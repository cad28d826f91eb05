import { useEffect } from 'react'

import { useSession } from '@/app/session'
import { phone } from './phone'
import { SoftphoneBar } from './SoftphoneBar'
import { usePhone } from './usePhone'

/** The telephone above every page, as long as this browser is one. */
export default function SoftphoneDock() {
  const { me } = useSession()
  const { settings } = usePhone()
  const is = me.user.agent !== '' && settings.on
  useEffect(() => {
    if (!is) return
    void phone.start()
    const leave = () => phone.stop()
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      phone.stop()
    }
  }, [is])
  return is ? <SoftphoneBar /> : null
}

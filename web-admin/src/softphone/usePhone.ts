import { useSyncExternalStore } from 'react'

import { phone } from './phone'
import type { PhoneState } from './state'

/** The page's telephone, as it is now. */
export const usePhone = (): PhoneState => useSyncExternalStore(phone.subscribe, phone.get)

import {
  ApartmentOutlined, BarChartOutlined, BellOutlined, CarOutlined, CustomerServiceOutlined, DashboardOutlined, FileDoneOutlined, ImportOutlined, PhoneOutlined,
  SettingOutlined, TeamOutlined, HeartOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'

/** A page that the menu leads to. */
export interface Place {
  path: string
  /** Its name in the words of the console. */
  key: string
  icon: ReactNode
  /** What one must be allowed to do to see it; the box checks it, too. */
  perm: string
}

export interface Group {
  key: string
  places: Place[]
}

/** The menu, in the order of a day's work. */
export const groups: Group[] = [
  {
    key: 'nav.work',
    places: [
      { path: '/agent', key: 'nav.agent', icon: <CustomerServiceOutlined />, perm: 'agents.self' },
      { path: '/live', key: 'nav.live', icon: <DashboardOutlined />, perm: 'live.read' },
      { path: '/calls', key: 'nav.calls', icon: <PhoneOutlined />, perm: 'calls.read' },
      { path: '/tickets', key: 'nav.tickets', icon: <FileDoneOutlined />, perm: 'tickets.read' },
      { path: '/callbacks', key: 'nav.callbacks', icon: <BellOutlined />, perm: 'customers.read' },
      { path: '/figures', key: 'nav.figures', icon: <BarChartOutlined />, perm: 'calls.monitor' },
    ],
  },
  {
    key: 'nav.people',
    places: [
      { path: '/customers', key: 'nav.customers', icon: <TeamOutlined />, perm: 'customers.read' },
      { path: '/vehicles', key: 'nav.vehicles', icon: <CarOutlined />, perm: 'customers.read' },
    ],
  },
  {
    key: 'nav.house',
    places: [
      { path: '/health', key: 'nav.health', icon: <HeartOutlined />, perm: 'settings.read' },
      { path: '/menus', key: 'nav.menus', icon: <ApartmentOutlined />, perm: 'settings.read' },
      { path: '/imports', key: 'nav.imports', icon: <ImportOutlined />, perm: 'imports.run' },
      { path: '/settings', key: 'nav.settings', icon: <SettingOutlined />, perm: 'settings.read' },
    ],
  },
]

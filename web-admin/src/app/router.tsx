import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Navigate } from '@tanstack/react-router'

import { ErrorState, Loading, Nothing } from '@/ui/states'
import i18n from '@/i18n'
import { texts } from './search'
import { useSession } from './session'
import { Shell } from './shell'

interface Context {
  queries: QueryClient
}

const root = createRootRouteWithContext<Context>()({
  component: Shell,
  notFoundComponent: () => <Nothing text={i18n.t('ui.noPage')} />,
})

const index = createRoute({ getParentRoute: () => root, path: '/', component: Home })

/** Where a day begins: an agent's at the telephone, others' before the board. */
function Home() {
  const { me } = useSession()
  return <Navigate to={me.user.agent !== '' ? '/agent' : '/live'} replace />
}

const agent = createRoute({ getParentRoute: () => root, path: '/agent', component: lazyRouteComponent(() => import('@/features/agent/AgentPage')) })

const live = createRoute({ getParentRoute: () => root, path: '/live', component: lazyRouteComponent(() => import('@/features/live/LivePage')) })

const calls = createRoute({
  getParentRoute: () => root, path: '/calls', validateSearch: texts('number', 'queue', 'direction', 'disposition'),
  component: lazyRouteComponent(() => import('@/features/calls/CallsPage')),
})

const customers = createRoute({
  getParentRoute: () => root, path: '/customers', validateSearch: texts('kind', 'tag'),
  component: lazyRouteComponent(() => import('@/features/customers/CustomersPage')),
})

const tickets = createRoute({
  getParentRoute: () => root, path: '/tickets', validateSearch: texts('owner', 'state', 'priority', 'overdue', 'type', 'view', 'q'),
  component: lazyRouteComponent(() => import('@/features/tickets/TicketsPage')),
})

const ticket = createRoute({ getParentRoute: () => root, path: '/tickets/$id', component: lazyRouteComponent(() => import('@/features/tickets/TicketPage')) })

const menus = createRoute({ getParentRoute: () => root, path: '/menus', component: lazyRouteComponent(() => import('@/features/menus/MenusPage')) })

const menu = createRoute({ getParentRoute: () => root, path: '/menus/$id', component: lazyRouteComponent(() => import('@/features/menus/EditorPage')) })

const health = createRoute({ getParentRoute: () => root, path: '/health', component: lazyRouteComponent(() => import('@/features/health/HealthPage')) })

const customer = createRoute({ getParentRoute: () => root, path: '/customers/$id', component: lazyRouteComponent(() => import('@/features/customers/CustomerPage')) })

const vehicle = createRoute({
  getParentRoute: () => root, path: '/vehicles/$id', validateSearch: texts(),
  component: lazyRouteComponent(() => import('@/features/vehicles/VehiclePage')),
})

const call = createRoute({ getParentRoute: () => root, path: '/calls/$id', component: lazyRouteComponent(() => import('@/features/calls/CallPage')) })

const callbacks = createRoute({
  getParentRoute: () => root, path: '/callbacks', validateSearch: texts('kind', 'state'),
  component: lazyRouteComponent(() => import('@/features/callbacks/CallbacksPage')),
})

const vehicles = createRoute({
  getParentRoute: () => root, path: '/vehicles', validateSearch: texts('brand'),
  component: lazyRouteComponent(() => import('@/features/vehicles/VehiclesPage')),
})

const settings = createRoute({
  getParentRoute: () => root, path: '/settings', component: lazyRouteComponent(() => import('@/features/settings/pages/SettingsHome')),
})

const settingsKind = createRoute({
  getParentRoute: () => root, path: '/settings/$kind', validateSearch: texts('q'),
  component: lazyRouteComponent(() => import('@/features/settings/pages/KindPage')),
})

const settingsEdit = createRoute({
  getParentRoute: () => root, path: '/settings/$kind/edit', validateSearch: texts('id', 'from'),
  component: lazyRouteComponent(() => import('@/features/settings/pages/EditPage')),
})

const users = createRoute({
  getParentRoute: () => root, path: '/settings/users', validateSearch: texts('q', 'role'),
  component: lazyRouteComponent(() => import('@/features/users/UsersPage')),
})

const sessions = createRoute({ getParentRoute: () => root, path: '/settings/sessions', component: lazyRouteComponent(() => import('@/features/users/SessionsPage')) })

const lockouts = createRoute({ getParentRoute: () => root, path: '/settings/lockouts', component: lazyRouteComponent(() => import('@/features/users/LockoutsPage')) })

const tokens = createRoute({ getParentRoute: () => root, path: '/settings/tokens', component: lazyRouteComponent(() => import('@/features/users/TokensPage')) })

const webhooks = createRoute({ getParentRoute: () => root, path: '/settings/webhooks', component: lazyRouteComponent(() => import('@/features/webhooks/WebhooksPage')) })

const audit = createRoute({
  getParentRoute: () => root, path: '/settings/audit', validateSearch: texts('who', 'subject', 'id', 'from', 'to'),
  component: lazyRouteComponent(() => import('@/features/audit/AuditPage')),
})

const settingsHistory = createRoute({
  getParentRoute: () => root, path: '/settings/history', validateSearch: texts('a', 'b'),
  component: lazyRouteComponent(() => import('@/features/settings/history/HistoryPage')),
})

const settingsFile = createRoute({ getParentRoute: () => root, path: '/settings/file', component: lazyRouteComponent(() => import('@/features/settings/history/FilePage')) })

const prompts = createRoute({
  getParentRoute: () => root, path: '/settings/prompts', validateSearch: texts('q', 'show'),
  component: lazyRouteComponent(() => import('@/features/prompts/PromptsPage')),
})

const imports = createRoute({
  getParentRoute: () => root, path: '/imports', validateSearch: texts(),
  component: lazyRouteComponent(() => import('@/features/imports/ImportsPage')),
})

const oneImport = createRoute({ getParentRoute: () => root, path: '/imports/$id', component: lazyRouteComponent(() => import('@/features/imports/ImportPage')) })

const figures = createRoute({
  getParentRoute: () => root, path: '/figures', validateSearch: texts('kind', 'from', 'to', 'queue', 'agent', 'sl', 'compare'),
  component: lazyRouteComponent(() => import('@/features/figures/FiguresPage')),
})

const tree = root.addChildren([health, menus, menu, index, figures, agent, live, calls, call, tickets, ticket, callbacks, customers, customer, vehicles, vehicle, settings, settingsKind, settingsEdit, users, sessions, lockouts, tokens, webhooks, audit, settingsHistory, settingsFile, prompts, imports, oneImport])

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree, context: { queries },
    defaultPreload: 'intent', scrollRestoration: true,
    defaultPendingComponent: () => <Loading />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}

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
  getParentRoute: () => root, path: '/tickets', validateSearch: texts('owner', 'state', 'priority', 'overdue', 'type'),
  component: lazyRouteComponent(() => import('@/features/tickets/TicketsPage')),
})

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

const tree = root.addChildren([index, agent, live, calls, tickets, callbacks, customers, vehicles, settings, settingsKind, settingsEdit])

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

import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Navigate } from '@tanstack/react-router'

import { ErrorState, Loading, Nothing } from '@/ui/states'
import { callSearch } from '@/features/calls/search'
import { customerSearch } from '@/features/customers/search'
import i18n from '@/i18n'
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
  getParentRoute: () => root, path: '/calls', validateSearch: callSearch,
  component: lazyRouteComponent(() => import('@/features/calls/CallsPage')),
})

const customers = createRoute({
  getParentRoute: () => root, path: '/customers', validateSearch: customerSearch,
  component: lazyRouteComponent(() => import('@/features/customers/CustomersPage')),
})

const tree = root.addChildren([index, agent, live, calls, customers])

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

import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'

import { ErrorState, Loading, Nothing } from '@/ui/states'
import { callSearch } from '@/features/calls/search'
import { customerSearch } from '@/features/customers/search'
import i18n from '@/i18n'
import { Shell } from './shell'

interface Context {
  queries: QueryClient
}

const root = createRootRouteWithContext<Context>()({
  component: Shell,
  notFoundComponent: () => <Nothing text={i18n.t('ui.noPage')} />,
})

const index = createRoute({
  getParentRoute: () => root, path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/live' })
  },
})

const live = createRoute({ getParentRoute: () => root, path: '/live', component: lazyRouteComponent(() => import('@/features/live/LivePage')) })

const calls = createRoute({
  getParentRoute: () => root, path: '/calls', validateSearch: callSearch,
  component: lazyRouteComponent(() => import('@/features/calls/CallsPage')),
})

const customers = createRoute({
  getParentRoute: () => root, path: '/customers', validateSearch: customerSearch,
  component: lazyRouteComponent(() => import('@/features/customers/CustomersPage')),
})

const tree = root.addChildren([index, live, calls, customers])

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

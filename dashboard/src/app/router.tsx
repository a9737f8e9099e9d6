import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  type RouteComponent,
} from '@tanstack/react-router';
import { LoadingLines } from '../ui/loading-lines.tsx';
import { FailedPage } from './failed-page.tsx';
import { MissingPage } from './missing-page.tsx';
import { Root } from './root.tsx';
import { SignedIn, useSignedIn } from './signed-in.tsx';

const root = createRootRoute({ component: Root, notFoundComponent: MissingPage, errorComponent: FailedPage });
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn });
const account = createRoute({ getParentRoute: () => signedIn, path: 'accounts/$accountId' });

/** A page outside of the shell, for who is not signed in. */
function gate<const Path extends string>(path: Path, component: RouteComponent) {
  return createRoute({ getParentRoute: () => root, path, component });
}

/** A page of one account. */
function ofAccount<const Path extends string>(path: Path, component: RouteComponent) {
  return createRoute({ getParentRoute: () => account, path, component });
}

/** A page of the installation, or of the person. */
function ofInstallation<const Path extends string>(path: Path, component: RouteComponent) {
  return createRoute({ getParentRoute: () => signedIn, path, component });
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: 'sign-in',
  // What may be gone back to is a path of this page; anything else would let a link lead a person away from it.
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } =>
    typeof next === 'string' && /^\/[a-z]/.test(next) ? { next } : {},
  component: lazyRouteComponent(() => import('../pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const tree = root.addChildren([
  signIn,
  gate(
    'setup',
    lazyRouteComponent(() => import('../pages/setup/setup-page.tsx'), 'SetupPage'),
  ),
  gate(
    'invite',
    lazyRouteComponent(() => import('../pages/setup/invite-page.tsx'), 'InvitePage'),
  ),
  signedIn.addChildren([
    createRoute({ getParentRoute: () => signedIn, path: '/', component: FirstPage }),
    account.addChildren([
      ofAccount(
        'overview',
        lazyRouteComponent(() => import('../pages/overview/overview-page.tsx'), 'OverviewPage'),
      ),
      ofAccount(
        'keys',
        lazyRouteComponent(() => import('../pages/keys/keys-page.tsx'), 'KeysPage'),
      ),
      ofAccount(
        'keys/new',
        lazyRouteComponent(() => import('../pages/keys/new-key-page.tsx'), 'NewKeyPage'),
      ),
      ofAccount(
        'keys/$keyUid',
        lazyRouteComponent(() => import('../pages/keys/key-page.tsx'), 'KeyPage'),
      ),
      ofAccount(
        'live',
        lazyRouteComponent(() => import('../pages/live/live-page.tsx'), 'LivePage'),
      ),
      ofAccount(
        'credentials',
        lazyRouteComponent(() => import('../pages/credentials/credentials-page.tsx'), 'CredentialsPage'),
      ),
      ofAccount(
        'connection-test',
        lazyRouteComponent(() => import('../pages/connection-test/connection-test-page.tsx'), 'ConnectionTestPage'),
      ),
      ofAccount(
        'analytics',
        lazyRouteComponent(() => import('../pages/analytics/analytics-page.tsx'), 'AnalyticsPage'),
      ),
      ofAccount(
        'audit-log',
        lazyRouteComponent(() => import('../pages/audit/audit-page.tsx'), 'AuditPage'),
      ),
      ofAccount(
        'tokens',
        lazyRouteComponent(() => import('../pages/tokens/tokens-page.tsx'), 'TokensPage'),
      ),
    ]),
    ofInstallation(
      'people',
      lazyRouteComponent(() => import('../pages/people/people-page.tsx'), 'PeoplePage'),
    ),
    ofInstallation(
      'you',
      lazyRouteComponent(() => import('../pages/you/you-page.tsx'), 'YouPage'),
    ),
    ofInstallation(
      'nodes',
      lazyRouteComponent(() => import('../pages/nodes/nodes-page.tsx'), 'NodesPage'),
    ),
    ofInstallation(
      'settings',
      lazyRouteComponent(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
    ),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultPendingComponent: PendingPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: typeof router;
  }
}

/** The first account's overview; of a person without an account, what is theirs. */
function FirstPage() {
  const [first] = useSignedIn().accounts;
  return first === undefined ? (
    <Navigate to="/you" replace />
  ) : (
    <Navigate to="/accounts/$accountId/overview" params={{ accountId: first.id }} replace />
  );
}

function PendingPage() {
  return (
    <main className="page" id="main">
      <LoadingLines />
    </main>
  );
}

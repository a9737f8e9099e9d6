import { Link, useParams } from '@tanstack/react-router';
import { useKeys } from '../../api/keys.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { TopTable } from '../../usage/top-table.tsx';
import { UsagePanel } from '../../usage/usage-panel.tsx';
import { DenialsPanel } from './denials-panel.tsx';
import { LivePanel } from './live-panel.tsx';
import { MonthPanel } from './month-panel.tsx';

/** An account on one screen: what is relayed now, what was, and whose it was. */
export function OverviewPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/overview' });
  const keys = useKeys(accountId);
  const names = new Map(keys.data?.map(({ uid, name }) => [uid, name] as const));
  return (
    <Page title="Overview">
      {keys.data?.length === 0 && <Welcome accountId={accountId} />}
      <LivePanel accountId={accountId} />
      <UsagePanel accountId={accountId} />
      <div className="columns">
        <MonthPanel accountId={accountId} />
        <DenialsPanel accountId={accountId} />
        <TopTable
          title="Top keys"
          accountId={accountId}
          dimension="keyId"
          render={(keyUid) => (
            <Link to="/accounts/$accountId/keys/$keyUid" params={{ accountId, keyUid }}>
              <bdi>{names.get(keyUid) || `${keyUid.slice(0, 8)}…`}</bdi>
            </Link>
          )}
        />
        <TopTable
          title="Top custom identifiers"
          accountId={accountId}
          dimension="customIdentifier"
          render={(value) => (value === '' ? <span className="soft">none</span> : <bdi>{value}</bdi>)}
        />
      </div>
    </Page>
  );
}

function Welcome({ accountId }: { readonly accountId: string }) {
  return (
    <section className="panel" aria-label="Begin">
      <EmptyState title="Everything is ready for the first key">
        <p className="soft">
          A key takes a name. Then you have its token, code that runs as it is, and a page that says when the first call
          is relayed.
        </p>
        <Link to="/accounts/$accountId/keys/new" params={{ accountId }} className="button button-main">
          Make the first key
        </Link>
      </EmptyState>
    </section>
  );
}

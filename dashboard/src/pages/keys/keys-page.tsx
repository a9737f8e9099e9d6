import { Link, useParams } from '@tanstack/react-router';
import { useKeys } from '../../api/keys.ts';
import { hasRole } from '../../api/session.ts';
import { useUsage } from '../../api/usage.ts';
import { useSignedIn } from '../../app/signed-in.tsx';
import { formatBytes } from '../../text/format-bytes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { boundRange, USAGE_RANGES } from '../../usage/usage-range.ts';
import { useNow } from '../../usage/use-now.ts';
import { gatherByKey } from './gather-by-key.ts';

const RANGE = USAGE_RANGES['30d'];

/** The keys of an account, with what each relayed of late. */
export function KeysPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/keys' });
  const mayWrite = hasRole(useSignedIn(), accountId, 'operator');
  const keys = useKeys(accountId);
  const bounds = boundRange(RANGE, useNow(60));
  const usage = useUsage({ accountId, ...bounds, by: ['date', 'keyId'], orderBy: 'date_ASC' });
  const byKey = gatherByKey(usage.data ?? [], RANGE, bounds);
  const add = (
    <Link to="/accounts/$accountId/keys/new" params={{ accountId }} className="button button-main">
      New key
    </Link>
  );
  return (
    <Page
      title="Keys"
      lead="A key stands for one of your apps. Its token lets a back end make credentials for that app's users."
      actions={mayWrite && add}
    >
      <section className="panel" aria-label="Keys">
        <Loaded query={keys}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState title="No key yet">
                <p className="soft">Make the first one: it takes a name, and gives you code that runs.</p>
                {mayWrite && add}
              </EmptyState>
            ) : (
              <div className="table-frame">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Name</th>
                      <th scope="col">Identifier</th>
                      <th scope="col">Egress, 30 days</th>
                      <th scope="col" className="number">
                        <span className="visually-hidden">Egress in bytes</span>
                      </th>
                      <th scope="col">Made</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map(({ uid, name, created }) => (
                      <tr key={uid}>
                        <td>
                          <Link to="/accounts/$accountId/keys/$keyUid" params={{ accountId, keyUid: uid }}>
                            <bdi>{name === '' ? 'Unnamed' : name}</bdi>
                          </Link>
                        </td>
                        <td>
                          <code className="soft">{uid.slice(0, 8)}…</code>
                        </td>
                        <td>
                          <Sparkline values={byKey.get(uid)?.daily ?? [0, 0]} title="Egress by the day" />
                        </td>
                        <td className="number">{formatBytes(byKey.get(uid)?.egressBytes ?? 0)}</td>
                        <td>
                          <Moment at={created} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Loaded>
      </section>
    </Page>
  );
}

import { Link } from '@tanstack/react-router';
import { useLiveAccount } from '../../api/live-account.ts';
import { formatCount } from '../../text/format-count.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';

const SHOWN_MAX = 8;

/** The peers that were denied in the last minutes, which is often why something does not connect. */
export function DenialsPanel({ accountId }: { readonly accountId: string }) {
  const live = useLiveAccount(accountId);
  return (
    <Panel title="Denied just now">
      <Loaded query={live}>
        {({ denied_peers: denied }) =>
          denied.length === 0 ? (
            <EmptyState title="No peer was denied">
              <p className="soft">A client that asks for a peer that the rules forbid is told here, and why.</p>
            </EmptyState>
          ) : (
            <table>
              <tbody>
                {denied.slice(0, SHOWN_MAX).map(({ key_uid: keyUid, address, rule, count }) => (
                  <tr key={`${keyUid} ${address} ${rule}`}>
                    <td>
                      <Link to="/accounts/$accountId/keys/$keyUid" params={{ accountId, keyUid }}>
                        {address}
                      </Link>
                      <div className="small soft">{rule}</div>
                    </td>
                    <td className="number">{formatCount(count)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </Panel>
  );
}

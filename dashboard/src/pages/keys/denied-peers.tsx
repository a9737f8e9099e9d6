import { useQuery } from '@tanstack/react-query';
import { callApi } from '../../api/client.ts';
import { formatCount } from '../../text/format-count.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';

const DENIED = '/client/v4/accounts/{accountId}/calls/turn_keys/{keyUid}/denied_peers';

/** The addresses that the key's clients wanted to reach and were not let, and by which rule. */
export function DeniedPeers({ accountId, keyUid }: { readonly accountId: string; readonly keyUid: string }) {
  const denied = useQuery({
    queryKey: ['denied-peers', accountId, keyUid],
    queryFn: async ({ signal }) =>
      (await callApi('get', DENIED, { params: { accountId, keyUid }, query: { per_page: 50 }, signal })).result,
  });
  return (
    <Panel title="Denied peers" lead="Addresses that clients asked to reach, and that the relay's rules forbid.">
      <Loaded query={denied}>
        {(peers) =>
          peers.length === 0 ? (
            <EmptyState title="No peer was denied">
              <p className="soft">
                Private networks and this machine itself are denied unless the configuration allows them.
              </p>
            </EmptyState>
          ) : (
            <div className="table-frame">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Address</th>
                    <th scope="col">Rule</th>
                    <th scope="col" className="number">
                      Times
                    </th>
                    <th scope="col">Last</th>
                  </tr>
                </thead>
                <tbody>
                  {peers.map(({ address, rule, range, count, last_seen: lastSeen }) => (
                    <tr key={`${address} ${rule}`}>
                      <td>
                        <code>{address}</code>
                      </td>
                      <td>
                        {rule} {range !== undefined && <code className="soft">{range}</code>}
                      </td>
                      <td className="number">{formatCount(count)}</td>
                      <td>
                        <Moment at={lastSeen} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}

import type { ReactNode } from 'react';
import { useUsage } from '../api/usage.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatCount } from '../text/format-count.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { useNow } from './use-now.ts';

const DAYS = 30;
const ROWS = 8;
const HOUR = 3_600;

interface TopTableProps {
  readonly title: string;
  readonly accountId: string;
  readonly keyUid?: string;
  readonly dimension: 'keyId' | 'customIdentifier' | 'username';
  /** How a value of the dimension is shown. */
  readonly render: (value: string) => ReactNode;
}

/** Who used most in the last days. */
export function TopTable({ title, accountId, keyUid, dimension, render }: TopTableProps) {
  const to = (Math.floor(useNow(HOUR) / HOUR) + 1) * HOUR;
  const usage = useUsage({
    accountId,
    keyUid,
    from: to - DAYS * 24 * HOUR,
    to,
    by: [dimension],
    orderBy: 'sum_egressBytes_DESC',
    limit: ROWS,
  });
  return (
    <Panel title={title} actions={<span className="soft small">{DAYS} days</span>}>
      <Loaded query={usage}>
        {(groups) =>
          groups.length === 0 ? (
            <EmptyState title="Nothing was relayed yet">
              <p className="soft">Whoever relays most stands here as soon as there is usage.</p>
            </EmptyState>
          ) : (
            <table>
              <thead>
                <tr>
                  <th scope="col">Who</th>
                  <th scope="col" className="number">
                    Allocations
                  </th>
                  <th scope="col" className="number">
                    Egress
                  </th>
                </tr>
              </thead>
              <tbody>
                {groups.map(({ dimensions, count, sum }) => (
                  <tr key={dimensions[dimension]}>
                    <td>{render(dimensions[dimension] ?? '')}</td>
                    <td className="number">{formatCount(count)}</td>
                    <td className="number">{formatBytes(sum.egressBytes)}</td>
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

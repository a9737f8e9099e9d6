import { type LimitHolder, type LimitName, useLimits } from '../api/limits.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { LimitRow } from './limit-row.tsx';
import { LIMIT_TEXTS } from './limit-texts.ts';

interface LimitsPanelProps extends LimitHolder {
  readonly mayWrite: boolean;
}

/** The limits of an account or a key, each with whose it is, and changed where it stands. */
export function LimitsPanel({ mayWrite, ...holder }: LimitsPanelProps) {
  const limits = useLimits(holder);
  return (
    <Panel title="Limits" lead="A change holds within a second, for live allocations too.">
      <Loaded query={limits} lines={6}>
        {(known) => (
          <>
            {known.is_blocked && (
              <div className="notice notice-danger">
                <p>
                  A hard limit of this month is reached, so nothing is relayed. Raise it to go on; otherwise it ends
                  with the month.
                </p>
              </div>
            )}
            <p className="small soft">{formatBytes(known.month_egress_bytes)} of egress this month.</p>
            <div className="table-frame">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Limit</th>
                    <th scope="col">Value</th>
                    <th scope="col">Set by</th>
                    <th scope="col">
                      <span className="visually-hidden">Change</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {(Object.keys(LIMIT_TEXTS) as LimitName[]).map((name) => {
                    const limit = known.limits[name];
                    return limit === undefined ? null : (
                      <LimitRow key={name} name={name} {...limit} holder={holder} mayWrite={mayWrite} />
                    );
                  })}
                </tbody>
              </table>
            </div>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

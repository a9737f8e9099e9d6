import { useLiveAccount } from '../../api/live-account.ts';
import { formatBytes } from '../../text/format-bytes.ts';
import { Figure } from '../../ui/figure.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Panel } from '../../ui/panel.tsx';

/** What an account has sent this month, against its limit. */
export function MonthPanel({ accountId }: { readonly accountId: string }) {
  const live = useLiveAccount(accountId);
  return (
    <Panel title="This month">
      <Loaded query={live}>
        {({ month: { egress_bytes: used, hard_limit: limit, blocked: isBlocked } }) => (
          <>
            <dl className="figures">
              <Figure name="Egress" value={formatBytes(used)} />
            </dl>
            {limit === undefined ? (
              <p className="soft">The account has no limit of egress.</p>
            ) : (
              <>
                <Meter used={used} limit={limit} label="Egress of this month" />
                <p className="soft">
                  of {formatBytes(limit)}; {isBlocked ? 'nothing more is relayed this month' : 'then relaying ends'}.
                </p>
              </>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

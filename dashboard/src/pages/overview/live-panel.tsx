import { Link } from '@tanstack/react-router';
import { type LiveAccount, useLiveAccount } from '../../api/live-account.ts';
import { formatBitRate } from '../../text/format-bit-rate.ts';
import { formatCount } from '../../text/format-count.ts';
import { Figure } from '../../ui/figure.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';

const TRANSPORTS = ['udp', 'tcp', 'tls'] as const;

/** What is relayed at this moment, over which transports. */
export function LivePanel({ accountId }: { readonly accountId: string }) {
  const live = useLiveAccount(accountId);
  return (
    <Panel
      title="Now"
      actions={
        <Link to="/accounts/$accountId/live" params={{ accountId }} className="button button-small">
          See each allocation
        </Link>
      }
    >
      <Loaded query={live}>
        {({ total, by_transport: byTransport }) => (
          <dl className="figures">
            <Figure
              name="Live allocations"
              value={formatCount(total.allocations)}
              note={describeTransports(byTransport)}
            />
            <Figure
              name="Egress, to clients"
              value={formatBitRate(total.egress_bits_per_second)}
              note={`${formatCount(total.egress_packets_per_second)} packets/s`}
            />
            <Figure
              name="Ingress, from clients"
              value={formatBitRate(total.ingress_bits_per_second)}
              note={`${formatCount(total.ingress_packets_per_second)} packets/s`}
            />
          </dl>
        )}
      </Loaded>
    </Panel>
  );
}

/** `12 over UDP, 3 over TLS`; of nothing, what will be told. */
function describeTransports(byTransport: LiveAccount['by_transport']): string {
  const parts = TRANSPORTS.filter((transport) => byTransport[transport].allocations > 0).map(
    (transport) => `${formatCount(byTransport[transport].allocations)} over ${transport.toUpperCase()}`,
  );
  return parts.length === 0 ? 'none at this moment' : parts.join(', ');
}

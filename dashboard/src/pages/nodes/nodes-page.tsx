import { useQuery } from '@tanstack/react-query';
import { callApi, type ResultOf } from '../../api/client.ts';
import { formatBitRate } from '../../text/format-bit-rate.ts';
import { formatBytes } from '../../text/format-bytes.ts';
import { formatCount } from '../../text/format-count.ts';
import { formatDuration } from '../../text/format-duration.ts';
import { Figure } from '../../ui/figure.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';

const NODES = '/client/v4/nodes';
const REFRESH_MS = 3_000;

type Node = ResultOf<typeof NODES, 'get'>[number];

/** The machines that relay, and how they are. */
export function NodesPage() {
  const nodes = useQuery({
    queryKey: ['nodes'],
    queryFn: async ({ signal }) => (await callApi('get', NODES, { signal })).result,
    refetchInterval: REFRESH_MS,
  });
  return (
    <Page title="Nodes" lead="The processes that relay, and how they are.">
      <Loaded query={nodes} lines={8}>
        {(items) => items.map((node) => <NodePanel key={node.id} node={node} />)}
      </Loaded>
    </Page>
  );
}

function NodePanel({ node }: { readonly node: Node }) {
  const { labels, health, traffic } = node;
  const place = [labels.code, labels.city, labels.country].filter((label) => label !== '').join(', ');
  return (
    <Panel
      title={place === '' ? `Node ${node.id}` : place}
      actions={
        <span className={health.status === 'ready' ? 'badge badge-good' : 'badge badge-danger'}>{health.status}</span>
      }
    >
      {health.reasons.length > 0 && (
        <div className="notice notice-danger">
          {health.reasons.map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
        </div>
      )}
      <dl className="figures">
        <Figure name="Live allocations" value={formatCount(node.live_allocations)} />
        <Figure name="Egress" value={formatBitRate(traffic.egress_bits_per_second)} />
        <Figure name="Ingress" value={formatBitRate(traffic.ingress_bits_per_second)} />
        <Figure name="Packets" value={`${formatCount(traffic.packets_per_second)} /s`} />
        <Figure
          name="Relay ports taken"
          value={formatCount(node.relay_ports.taken)}
          note={`of ${formatCount(node.relay_ports.total)}`}
        />
        <Figure name="Memory" value={formatBytes(node.memory_bytes)} />
      </dl>
      <NodeFacts node={node} />
    </Panel>
  );
}

/** What changes seldom. */
function NodeFacts({ node }: { readonly node: Node }) {
  const { workers } = node;
  return (
    <dl className="facts">
      <dt>Version</dt>
      <dd>{node.version}</dd>
      <dt>Running for</dt>
      <dd>
        {formatDuration(node.uptime_seconds)}, since <Moment at={node.started_on} />
      </dd>
      <dt>Workers</dt>
      <dd>
        {workers.count}
        {workers.back_end !== undefined && ` on ${workers.back_end}`}
        {workers.explanation !== undefined && <span className="soft"> – {workers.explanation}</span>}
      </dd>
      <dt>Listens on</dt>
      <dd>
        {node.listeners.map(({ transport, address }) => (
          <div key={`${transport} ${address}`}>
            {transport.toUpperCase()} <code>{address}</code>
          </div>
        ))}
      </dd>
      <dt>Clients are given</dt>
      <dd>
        {node.ice_server_urls.map((url) => (
          <div key={url}>
            <code>{url}</code>
          </div>
        ))}
      </dd>
      {node.certificate_expires_on !== undefined && (
        <>
          <dt>Certificate expires</dt>
          <dd>
            <Moment at={node.certificate_expires_on} />
          </dd>
        </>
      )}
      <dt>Lag of changes</dt>
      <dd>{node.changes_lag_seconds.toFixed(1)} s</dd>
      <dt>Event loop delay, p99</dt>
      <dd>{(node.event_loop_delay_p99_seconds * 1000).toFixed(0)} ms</dd>
    </dl>
  );
}

import { Type } from 'typebox';
import { formatRfc3339 } from '../../control/rfc3339.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpContext } from '../http-context.ts';
import type { NodeReading, SettingReading } from '../service-readings.ts';
import { describeEnvelope, wrapResult } from './envelope.ts';
import { describeEnvelopeErrors } from './error-schemas.ts';
import { nodeItem, settingItem } from './node-schemas.ts';

const common = { tags: ['Operation'], security: [{ accountToken: [] }] };

/** What an operator sees of the service itself: how its nodes are, and what it is configured to do. */
export function registerNodes(app: HttpApp, context: HttpContext): void {
  const { readings } = context;
  app.get(
    '/nodes',
    {
      config: { access: 'installation' },
      schema: {
        ...common,
        operationId: 'listNodes',
        summary: 'Read how the relay nodes are at this moment',
        description: 'A node tells of itself, so the list is of the one that is asked.',
        response: {
          200: describeEnvelope(Type.Array(nodeItem), 'The node.'),
          ...describeEnvelopeErrors(401, 403),
        },
      },
    },
    async () => wrapResult([formatNode(readings.readNode(), context)]),
  );

  app.get(
    '/settings',
    {
      config: { access: 'installation' },
      schema: {
        ...common,
        operationId: 'listSettings',
        summary: 'Read every setting, and where its value came from',
        description:
          'As `taciturn serve --print-config` tells it. Nothing secret is told; nothing can be changed here.',
        response: {
          200: describeEnvelope(Type.Array(settingItem), 'All settings, in the order of the reference.'),
          ...describeEnvelopeErrors(401, 403),
        },
      },
    },
    async () => wrapResult(readings.listSettings().map(formatSetting)),
  );
}

function formatNode(node: NodeReading, { control, version, readReasonsNotReady, readIceServerUrls }: HttpContext) {
  const reasons = [...readReasonsNotReady()];
  const urls = readIceServerUrls();
  const { datagram, rates, certificateExpiresAt } = node;
  return {
    id: node.id,
    labels: { ...node.labels },
    version,
    started_on: formatRfc3339(node.startedAt),
    uptime_seconds: Math.max(0, Math.floor((control.clock.unixNow() - node.startedAt) / 1000)),
    health: { status: reasons.length === 0 ? ('ready' as const) : ('not ready' as const), reasons },
    workers: {
      count: node.workers,
      ...(datagram && { back_end: datagram.backEnd, reason: datagram.reason, explanation: datagram.explanation }),
    },
    listeners: node.listeners.map(({ transport, address }) => ({ transport, address })),
    ice_server_urls: [...urls.stun, ...urls.turn],
    live_allocations: node.allocations,
    traffic: {
      ingress_bits_per_second: rates.ingressBitsPerSecond,
      egress_bits_per_second: rates.egressBitsPerSecond,
      packets_per_second: rates.packetsPerSecond,
    },
    relay_ports: { ...node.relayPorts },
    memory_bytes: node.memoryBytes,
    ...(certificateExpiresAt !== undefined && { certificate_expires_on: formatRfc3339(certificateExpiresAt) }),
    changes_lag_seconds: toSeconds(node.changesLagMs),
    event_loop_delay_p99_seconds: toSeconds(node.eventLoopDelayP99Ms),
  };
}

function formatSetting({ name, value, isSecret, source, origin, fallback, description, variable }: SettingReading) {
  return {
    name,
    value: value ?? null,
    secret: isSecret,
    source,
    ...(origin !== undefined && { origin }),
    default: fallback,
    description,
    variable,
  };
}

/** To the millisecond. */
function toSeconds(ms: number): number {
  return Math.round(ms) / 1000;
}

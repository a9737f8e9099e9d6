import { monitorEventLoopDelay } from 'node:perf_hooks';
import { formatTransportAddress } from '../base/ip.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import type { Config } from '../config/settings.ts';
import type { NodeReading, ServiceReadings } from '../http/service-readings.ts';
import type { Relay } from '../relay/relay.ts';
import type { Closers } from './closers.ts';
import { describeSettings } from './describe-settings.ts';
import { nodeClock } from './node-clock.ts';
import { LOOP_DELAY_RESOLUTION_MS, NodePulse, PULSE_INTERVAL_MS, type RelayedCounts } from './node-pulse.ts';
import type { OpenedRelay } from './open-relay.ts';

/** Packets that were relayed, in both directions. */
const RELAYED = [
  'client_channel_data_relayed',
  'client_send_indication_relayed',
  'peer_channel_data_relayed',
  'peer_data_indication_relayed',
] as const;

export interface ReadingSurroundings {
  readonly nodeId: string;
  /** Undefined until the relay runs. */
  readonly readRelay: () => OpenedRelay | undefined;
  readonly readChangesLagMs: () => number;
}

/** What the service knows of itself; it measures until it is closed. */
export function openReadings(
  { config, entries }: ResolvedConfig,
  closers: Closers,
  surroundings: ReadingSurroundings,
): ServiceReadings {
  const delay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });
  const readRelay = () => surroundings.readRelay()?.relay;
  const pulse = new NodePulse(nodeClock.now, () => countRelayed(readRelay()), delay);
  const startedAt = nodeClock.unixNow();
  const settings = describeSettings(entries);
  delay.enable();
  const timer = setInterval(() => pulse.sample(), PULSE_INTERVAL_MS);
  closers.add(async () => {
    clearInterval(timer);
    delay.disable();
  });
  return {
    readNode: () => ({
      ...describeNode(config, surroundings.readRelay()),
      id: surroundings.nodeId,
      startedAt,
      rates: pulse.readRates(),
      memoryBytes: process.memoryUsage.rss(),
      changesLagMs: surroundings.readChangesLagMs(),
      eventLoopDelayP99Ms: pulse.readDelayP99Ms(),
    }),
    listSettings: () => settings,
  };
}

type RelayPart = Omit<
  NodeReading,
  'id' | 'startedAt' | 'rates' | 'memoryBytes' | 'changesLagMs' | 'eventLoopDelayP99Ms'
>;

function describeNode({ node, turn }: Config, opened: OpenedRelay | undefined): RelayPart {
  const { city = '', code = '', country = '', region = '' } = node;
  const relay = opened?.relay;
  const { min, max } = turn.relayPorts;
  return {
    labels: { city, code, country, region },
    workers: relay?.live.workerCount ?? 0,
    datagram: relay?.datagram,
    listeners: (relay?.listening ?? []).map(({ transport, address }) => ({
      transport,
      address: formatTransportAddress(address),
    })),
    allocations: relay?.allocationCount() ?? 0,
    relayPorts: {
      taken: relay?.counters().relay_ports ?? 0,
      total: turn.relayAddress.length * (max - min + 1),
    },
    certificateExpiresAt: opened?.certificateExpiresAt(),
  };
}

function countRelayed(relay: Relay | undefined): RelayedCounts {
  const counters = relay?.counters();
  return {
    ingressBytes: counters?.ingress_bytes ?? 0,
    egressBytes: counters?.egress_bytes ?? 0,
    packets: RELAYED.reduce((sum, name) => sum + (counters?.[name] ?? 0), 0),
  };
}

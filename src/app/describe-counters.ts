import type { RelayReadings } from '../observe/metrics.ts';
import type { Relay } from '../relay/relay.ts';
import { RELAY_EVENTS, RELAY_GAUGES, SUPERVISOR_EVENTS } from '../relay/relay-counters.ts';
import { EVENTS, INPUT_OUTCOMES } from '../turn/counter.ts';
import { EGRESS_EVENTS, type EgressNotices } from './egress-notices.ts';

/** How far behind the change log this node may be. */
const CHANGES_LAG = 'changes_lag_seconds';

/**
 * The counters of the relay, once it runs, sorted into kinds for the metrics, with how stale is what it knows of
 * credentials.
 */
export function describeCounters(
  readRelay: () => Relay | undefined,
  readChangesLagMs: () => number,
  egress: EgressNotices,
): RelayReadings {
  return {
    outcomes: INPUT_OUTCOMES,
    events: [...EVENTS, ...RELAY_EVENTS, ...SUPERVISOR_EVENTS, ...EGRESS_EVENTS],
    gauges: [...RELAY_GAUGES, CHANGES_LAG],
    readDatagramBackEnd: () => readRelay()?.datagram,
    readCounters: () => ({ ...readRelay()?.counters(), ...egress.counts, [CHANGES_LAG]: readChangesLagMs() / 1000 }),
  };
}

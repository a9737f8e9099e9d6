import type { RelayReadings } from '../observe/metrics.ts';
import { RELAY_EVENTS, RELAY_GAUGES, SUPERVISOR_EVENTS } from '../relay/relay-counters.ts';
import { EVENTS, INPUT_OUTCOMES } from '../turn/counter.ts';

/** How far behind the change log this node may be. */
const CHANGES_LAG = 'changes_lag_seconds';

/** The relay's counters, sorted into kinds for the metrics, with how stale is what the relay knows of credentials. */
export function describeCounters(
  readCounters: RelayReadings['readCounters'],
  readChangesLagMs: () => number,
): RelayReadings {
  return {
    outcomes: INPUT_OUTCOMES,
    events: [...EVENTS, ...RELAY_EVENTS, ...SUPERVISOR_EVENTS],
    gauges: [...RELAY_GAUGES, CHANGES_LAG],
    readCounters: () => ({ ...readCounters(), [CHANGES_LAG]: readChangesLagMs() / 1000 }),
  };
}

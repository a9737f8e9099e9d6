import type { RelayReadings } from '../observe/metrics.ts';
import { RELAY_EVENTS, RELAY_GAUGES } from '../relay/relay-counters.ts';
import { EVENTS, INPUT_OUTCOMES } from '../turn/drop-reason.ts';

/** The relay's counters, sorted into kinds for the metrics. */
export function describeCounters(readCounters: RelayReadings['readCounters']): RelayReadings {
  return { outcomes: INPUT_OUTCOMES, events: [...EVENTS, ...RELAY_EVENTS], gauges: RELAY_GAUGES, readCounters };
}

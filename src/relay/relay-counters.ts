import { COUNTER_NAMES, type CounterName } from '../turn/counter.ts';

/** What the shell of a worker counts, besides what its `TurnServer` counts; the names are fit for Prometheus. */
export const RELAY_EVENTS = [
  /** Datagrams that could not be sent: a full socket buffer, no route. */
  'datagram_send_drops',
  /** Datagrams of clients without an allocation, while not all workers listen: at the start, and when one that died is replaced. */
  'datagram_held_drops',
  'stream_connections_accepted',
  'stream_refused_worker_limit',
  'stream_refused_address_limit',
  'stream_refused_handshake_limit',
  'tls_handshakes_failed',
  'tls_handshakes_timed_out',
  'stream_closed_idle',
  'stream_closed_malformed',
  /** Answers that a slow reader lost; what relayed packets it lost, its `TurnServer` counts. */
  'stream_answer_drops',
] as const;

/** What the supervisor counts. */
export const SUPERVISOR_EVENTS = [
  'workers_died',
  /** Allocations that a worker had when it died. */
  'allocations_lost',
] as const;

/** What the shell of a worker has at present. */
export const RELAY_GAUGES = ['allocations', 'relay_ports', 'stream_connections'] as const;

export type RelayEvent = (typeof RELAY_EVENTS)[number];
export type RelayGauge = (typeof RELAY_GAUGES)[number];
export type WorkerCounterName = CounterName | RelayEvent | RelayGauge;
export type SupervisorEvent = (typeof SUPERVISOR_EVENTS)[number];
export type RelayCounterName = WorkerCounterName | SupervisorEvent;

const RELAY_NAMES: readonly (RelayEvent | RelayGauge)[] = [...RELAY_EVENTS, ...RELAY_GAUGES];

/** The place of each of the shell's counters in `WorkerCounters.relay`. */
export const RELAY_COUNTER: Readonly<Record<RelayEvent | RelayGauge, number>> = Object.fromEntries(
  RELAY_NAMES.map((name, place) => [name, place]),
) as Record<RelayEvent | RelayGauge, number>;

/** The counters of one worker, in memory that the supervisor reads while the worker writes. They outlive the worker. */
export interface WorkerCounters {
  /** Indexed by `COUNTER` of the turn layer. */
  readonly turn: Float64Array;
  /** Indexed by `RELAY_COUNTER`. */
  readonly relay: Float64Array;
}

export const WORKER_COUNTERS_BYTES = 8 * (COUNTER_NAMES.length + RELAY_NAMES.length);

/** The counters that lie in `memory`, of `WORKER_COUNTERS_BYTES` bytes. */
export function viewWorkerCounters(memory: SharedArrayBuffer): WorkerCounters {
  return {
    turn: new Float64Array(memory, 0, COUNTER_NAMES.length),
    relay: new Float64Array(memory, 8 * COUNTER_NAMES.length, RELAY_NAMES.length),
  };
}

/** Every counter by its name. */
export function readWorkerCounters(counters: WorkerCounters): Record<WorkerCounterName, number> {
  const named = [
    ...COUNTER_NAMES.map((name, place) => [name, counters.turn[place]]),
    ...RELAY_NAMES.map((name, place) => [name, counters.relay[place]]),
  ];
  return Object.fromEntries(named) as Record<WorkerCounterName, number>;
}

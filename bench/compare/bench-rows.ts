import type { BenchRow, ContenderName } from './bench-row.ts';
import type { Pace, TrafficPlan } from './load-plan.ts';

/** Packets under way where a server is saturated: enough to keep it busy, too few to overflow its socket buffers. */
const WINDOW: Pace = { kind: 'window', packets: 64 };
const PAYLOAD_BYTES = 160;
const DIRECTIONS = ['up', 'down'] as const;
const RELAYS: readonly ContenderName[] = ['taciturn', 'coturn'];
const ALL: readonly ContenderName[] = ['taciturn', 'coturn', 'floor'];

/** Numbers of allocations, and rates in packets a second, along which cost is drawn. */
export const ALLOCATION_STEPS = [1, 10, 100, 1_000, 10_000] as const;
export const RATE_STEPS = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000] as const;

/** The row in which so many allocations saturate the server. */
export function saturationRowId(allocations: number, direction: 'up' | 'down', sizeBytes = PAYLOAD_BYTES): string {
  return `udp-${allocations}x${sizeBytes}-${direction}`;
}

/** The row in which packets come at a steady rate, over 100 allocations and half and half in each direction. */
export function steadyRowId(ratePerSecond: number): string {
  return `steady-${ratePerSecond}`;
}

/** Every row, in the order in which they run. */
export const benchRows: readonly BenchRow[] = [
  ...ALLOCATION_STEPS.flatMap((allocations) => DIRECTIONS.map((direction) => saturationRow(allocations, direction))),
  ...DIRECTIONS.map((direction) => saturationRow(1, direction, 1_200)),
  ...DIRECTIONS.map(searchRow),
  ...RATE_STEPS.map(steadyRow),
  {
    id: 'allocate',
    title: 'Allocate, then Refresh with lifetime 0',
    plan: { kind: 'cycles', inFlight: 32 },
    contenders: RELAYS,
    figures: ['allocationsPerSecond'],
    workers: 1,
    isFresh: false,
  },
  ...[1_000, 20_000].map(memoryRow),
  ...(['tcp', 'tls'] as const).flatMap((transport) => DIRECTIONS.map((direction) => streamRow(transport, direction))),
  ...[1, 2].map(workersRow),
];

function traffic(plan: Partial<TrafficPlan>): TrafficPlan {
  return {
    kind: 'traffic',
    transport: 'udp',
    direction: 'up',
    allocations: 100,
    sizeBytes: PAYLOAD_BYTES,
    pace: WINDOW,
    ...plan,
  };
}

function saturationRow(allocations: number, direction: 'up' | 'down', sizeBytes = PAYLOAD_BYTES): BenchRow {
  return {
    id: saturationRowId(allocations, direction, sizeBytes),
    title: `UDP, ${describeCount(allocations, 'allocation')}, ${sizeBytes} B, ${describeDirection(direction)}`,
    plan: traffic({ allocations, direction, sizeBytes }),
    contenders: ALL,
    figures: ['cpuUsPerPacket', 'deliveredPerSecond'],
    workers: 1,
    isFresh: false,
  };
}

function searchRow(direction: 'up' | 'down'): BenchRow {
  return {
    id: `lossless-100x${PAYLOAD_BYTES}-${direction}`,
    title: `UDP, 100 allocations, highest rate without loss, ${describeDirection(direction)}`,
    plan: traffic({ direction, pace: { kind: 'search' } }),
    contenders: RELAYS,
    figures: ['deliveredPerSecond'],
    workers: 1,
    isFresh: false,
  };
}

function steadyRow(perSecond: number): BenchRow {
  return {
    id: steadyRowId(perSecond),
    title: `UDP, 100 allocations, ${perSecond.toLocaleString('en-US')} packets/s, both ways`,
    plan: traffic({ direction: 'both', pace: { kind: 'rate', perSecond } }),
    contenders: RELAYS,
    figures: ['cpuUsPerPacket', 'latencyP50Us', 'latencyP99Us', 'lossPercent'],
    workers: 1,
    isFresh: false,
  };
}

function memoryRow(allocations: number): BenchRow {
  return {
    id: `memory-${allocations}`,
    title: `Memory of ${allocations.toLocaleString('en-US')} allocations`,
    plan: { kind: 'memory', allocations },
    contenders: RELAYS,
    figures: ['memoryPerAllocationBytes', 'allocations'],
    workers: 1,
    isFresh: true,
  };
}

function streamRow(transport: 'tcp' | 'tls', direction: 'up' | 'down'): BenchRow {
  return {
    id: `${transport}-10x${PAYLOAD_BYTES}-${direction}`,
    title: `${transport.toUpperCase()}, 10 connections, ${PAYLOAD_BYTES} B, ${describeDirection(direction)}`,
    plan: traffic({ transport, direction, allocations: 10 }),
    contenders: RELAYS,
    figures: ['cpuUsPerPacket', 'deliveredPerSecond'],
    workers: 1,
    isFresh: false,
  };
}

function workersRow(workers: number): BenchRow {
  return {
    id: `workers-${workers}`,
    title: `UDP, 100 allocations, both ways, ${describeCount(workers, 'worker')}`,
    plan: traffic({ direction: 'both', pace: { kind: 'window', packets: 128 } }),
    contenders: RELAYS,
    figures: ['deliveredPerSecond', 'cpuUsPerPacket', 'generatorCpuPercent'],
    workers,
    isFresh: false,
  };
}

function describeDirection(direction: 'up' | 'down'): string {
  return direction === 'up' ? 'client → peer' : 'peer → client';
}

function describeCount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

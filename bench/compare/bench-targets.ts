import { saturationRowId, steadyRowId } from './bench-rows.ts';
import type { FigureName } from './figures.ts';

/** What a row must reach: a ratio to another contender in the same run, or a value by itself. */
export interface BenchTarget {
  readonly row: string;
  readonly figure: FigureName;
  /** Whose figure ours is divided by; 'nothing' judges ours as it is. */
  readonly against: 'coturn' | 'floor' | 'nothing';
  readonly must: number;
  readonly aim: number;
}

/** Every target of the data plane, in the order of the published table. */
export const benchTargets: readonly BenchTarget[] = [
  cpu(saturationRowId(100, 'up'), 'coturn', 0.55, 0.4),
  cpu(saturationRowId(100, 'down'), 'coturn', 0.35, 0.25),
  cpu(saturationRowId(100, 'up'), 'floor', 1.1, 0.9),
  cpu(saturationRowId(100, 'down'), 'floor', 0.7, 0.5),
  ...[160, 1_200].flatMap((sizeBytes) =>
    (['up', 'down'] as const).map((direction) => cpu(saturationRowId(1, direction, sizeBytes), 'coturn', 0.4, 0.25)),
  ),
  { row: 'lossless-100x160-up', figure: 'deliveredPerSecond', against: 'coturn', must: 1.8, aim: 2.5 },
  { row: 'lossless-100x160-down', figure: 'deliveredPerSecond', against: 'coturn', must: 2.8, aim: 4 },
  cpu(steadyRowId(20_000), 'coturn', 0.9, 0.5),
  { row: steadyRowId(10_000), figure: 'latencyP50Us', against: 'coturn', must: 1.1, aim: 0.9 },
  { row: steadyRowId(10_000), figure: 'latencyP99Us', against: 'coturn', must: 1.1, aim: 0.9 },
  { row: 'allocate', figure: 'allocationsPerSecond', against: 'coturn', must: 2, aim: 3 },
  memory('memory-1000'),
  memory('memory-20000'),
  ...['tcp', 'tls'].flatMap((transport) =>
    ['up', 'down'].map((direction) => cpu(`${transport}-10x160-${direction}`, 'coturn', 1.3, 0.8)),
  ),
];

function cpu(row: string, against: 'coturn' | 'floor', must: number, aim: number): BenchTarget {
  return { row, figure: 'cpuUsPerPacket', against, must, aim };
}

function memory(row: string): BenchTarget {
  return { row, figure: 'memoryPerAllocationBytes', against: 'nothing', must: 10 * 1024, aim: 5 * 1024 };
}

import { readFileSync } from 'node:fs';
import type { BenchRow } from './bench-row.ts';

/** What a process has open beside its allocations' sockets: listeners, database, libraries, pipes. */
const RESERVED_DESCRIPTORS = 500;

/** As many descriptors as the system lets a process have, at most. Linux. */
export function readDescriptorLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const hard = limits.match(/^Max open files\s+\S+\s+(\S+)/m)?.[1] ?? '';
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}

/**
 * The row with no more allocations than descriptors allow, since server and generator have a socket for each. The figures say how many
 * there were.
 */
export function fitDescriptors(row: BenchRow, descriptorsMax: number): BenchRow {
  const { plan } = row;
  if (plan.kind === 'cycles') {
    return row;
  }
  const allocations = fitAllocations(plan.allocations, descriptorsMax);
  return allocations === plan.allocations ? row : { ...row, plan: { ...plan, allocations } };
}

/** So many allocations, or as many as a process can have sockets for. */
export function fitAllocations(count: number, descriptorsMax: number): number {
  return Math.min(count, descriptorsMax - RESERVED_DESCRIPTORS);
}

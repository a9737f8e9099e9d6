import type { UsageGroup } from '../api/usage.ts';
import type { UsageRange } from './usage-range.ts';

/** The steps of a range with the bits that were relayed in a second of each. */
export interface UsagePoints {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly bitRates: readonly number[];
  readonly egressBytes: number;
  readonly ingressBytes: number;
  readonly allocations: number;
}

/** Puts groups by time on every step of a range; a step without a group is one in which nothing was relayed. */
export function spreadGroups(
  groups: readonly UsageGroup[],
  { stepSeconds, dimension }: UsageRange,
  { from, to }: { readonly from: number; readonly to: number },
): UsagePoints {
  const bytesAt = new Map(
    groups.map(({ dimensions, sum }) => [
      Date.parse(dimensions[dimension] ?? '') / 1000,
      sum.egressBytes + sum.ingressBytes,
    ]),
  );
  const times = Array.from({ length: Math.round((to - from) / stepSeconds) }, (_, i) => from + i * stepSeconds);
  const sum = (of: (group: UsageGroup) => number): number => groups.reduce((total, group) => total + of(group), 0);
  return {
    times,
    bitRates: times.map((time) => ((bytesAt.get(time) ?? 0) * 8) / stepSeconds),
    egressBytes: sum((group) => group.sum.egressBytes),
    ingressBytes: sum((group) => group.sum.ingressBytes),
    allocations: sum((group) => group.count),
  };
}

import type { UsageGroup } from '../../api/usage.ts';
import type { UsageRange } from '../../usage/usage-range.ts';

export interface KeyUsage {
  readonly egressBytes: number;
  /** Egress of each day, in bytes. */
  readonly daily: readonly number[];
}

/** Usage by the day and key, as one row of days for each key. */
export function gatherByKey(
  groups: readonly UsageGroup[],
  { seconds, stepSeconds }: UsageRange,
  { from }: { readonly from: number },
): ReadonlyMap<string, KeyUsage> {
  const days = seconds / stepSeconds;
  const byKey = new Map<string, { egressBytes: number; daily: number[] }>();
  for (const { dimensions, sum } of groups) {
    const uid = dimensions.keyId ?? '';
    const usage = byKey.get(uid) ?? { egressBytes: 0, daily: new Array<number>(days).fill(0) };
    const day = Math.floor((Date.parse(dimensions.date ?? '') / 1000 - from) / stepSeconds);
    usage.daily[day] = (usage.daily[day] ?? 0) + sum.egressBytes;
    usage.egressBytes += sum.egressBytes;
    byKey.set(uid, usage);
  }
  return byKey;
}

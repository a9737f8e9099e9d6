/**
 * Which of a webhook's thresholds a month's egress has reached by growing from `beforeBytes` to `afterBytes`: each is reached once
 * in a month.
 */
export function listReachedThresholds(
  thresholds: readonly number[],
  beforeBytes: number,
  afterBytes: number,
): readonly number[] {
  return thresholds.filter((threshold) => beforeBytes < threshold && threshold <= afterBytes);
}

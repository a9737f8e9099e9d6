import { ControlError } from './errors.ts';
import type { OutcomeSums, UsageSums } from './usage-plan.ts';

/** What a store gives in place of a sum of more than 2^53 − 1, which no number of this program tells exactly. */
export const INEXACT_SUM = -1;

/** @throws {ControlError} `invalid-query` when one of the sums is too large. */
export function refuseInexact({
  ingressBytes,
  egressBytes,
  allocationsStarted,
  allocationMs,
  count,
}: Partial<Omit<UsageSums & OutcomeSums, 'dimensions'>>): void {
  if ([ingressBytes, egressBytes, allocationsStarted, allocationMs, count].includes(INEXACT_SUM)) {
    throw new ControlError(
      'invalid-query',
      `A sum is above ${Number.MAX_SAFE_INTEGER}, which cannot be told exactly. Name a shorter range, or group by more.`,
    );
  }
}

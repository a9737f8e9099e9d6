import type { UnixMs } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import { type LimitOverrides, type Limits, resolveLimits } from '../contract/limits.ts';
import { toLimitHolder } from './account-or-key.ts';
import type { EgressMonth, EgressReached } from './egress-month.ts';
import { monthStart } from './month-start.ts';
import type { ControlPorts, StoreSession } from './ports.ts';
import { queueLimitEvents } from './queue-limit-events.ts';

export interface EgressReview {
  /** The number of the last change that was logged; undefined when nothing has changed. */
  readonly seq: number | undefined;
  readonly reached: readonly EgressReached[];
}

/** Limits of one account by key; its own by undefined. */
type AccountOverrides = ReadonlyMap<KeyUid | undefined, LimitOverrides>;

/**
 * Decides for each of these rows of the current month whether its limits are reached, writes down what has changed since it was
 * last decided, logs it for the relays, and queues word of it for webhooks. To be called in the transaction that changed the rows, or the limits.
 */
export async function reviewEgress(
  ports: ControlPorts,
  session: StoreSession,
  rows: readonly EgressMonth[],
  now: UnixMs,
): Promise<EgressReview> {
  const overrides = new Map<AccountId, AccountOverrides>();
  const reached: EgressReached[] = [];
  let seq: number | undefined;
  for (const row of rows) {
    const ofAccount = overrides.get(row.accountId) ?? (await session.limits.findOfAccount(row.accountId));
    overrides.set(row.accountId, ofAccount);
    const { soft, hard } = egressLimitsOf(ports.settings.defaultLimits, ofAccount, row.keyUid);
    const next = { ...row, isSoftReached: isReached(row, soft), isBlocked: isReached(row, hard) };
    if (next.isSoftReached !== row.isSoftReached || next.isBlocked !== row.isBlocked) {
      await session.egress.mark(next);
    }
    if (next.isBlocked !== row.isBlocked) {
      seq = await session.changeLog.append(describeBlock(next), now);
    }
    reached.push(...listReached(row, next));
  }
  await queueLimitEvents(ports, session, reached, now);
  return { seq, reached };
}

function egressLimitsOf(defaults: Limits, overrides: AccountOverrides, keyUid: KeyUid | undefined) {
  const limits = resolveLimits(defaults, overrides.get(undefined) ?? {}, (keyUid && overrides.get(keyUid)) ?? {});
  return keyUid === undefined
    ? { soft: limits.accountMonthlyEgressSoftBytes, hard: limits.accountMonthlyEgressHardBytes }
    : { soft: limits.keyMonthlyEgressSoftBytes, hard: limits.keyMonthlyEgressHardBytes };
}

function isReached({ egressBytes }: EgressMonth, limit: number): boolean {
  return limit > 0 && egressBytes >= limit;
}

/** The change that tells relays whether the holder of a row may send. */
export function describeBlock(row: EgressMonth): Change {
  const until = row.isBlocked ? monthStart(row.month, 1) : (0 as UnixMs);
  return { kind: 'egress-blocked', holder: toLimitHolder(row), until };
}

function listReached(before: EgressMonth, after: EgressMonth): EgressReached[] {
  const { accountId, keyUid, egressBytes } = after;
  const holder = { accountId, keyUid, egressBytes };
  return [
    ...(after.isSoftReached && !before.isSoftReached ? [{ limit: 'soft' as const, ...holder }] : []),
    ...(after.isBlocked && !before.isBlocked ? [{ limit: 'hard' as const, ...holder }] : []),
  ];
}

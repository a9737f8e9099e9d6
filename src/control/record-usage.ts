import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import type { UsageDelta, UsageRow } from '../contract/usage-delta.ts';
import type { EgressMonth, EgressReached } from './egress-month.ts';
import { monthStart } from './month-start.ts';
import type { ControlPorts, StoreSession } from './ports.ts';
import { type MonthlyGrowth, queueThresholdEvents } from './queue-threshold-events.ts';
import { reviewEgress } from './review-egress.ts';

export interface RecordedUsage {
  readonly applied: number;
  /** Deltas that had been applied before, and so were ignored. */
  readonly repeated: number;
  /** Monthly limits that these deltas have reached. */
  readonly reached: readonly EgressReached[];
}

/**
 * Adds the deltas of one flush to the usage rows, the denied peers and the months' sums, all of them in one transaction, and
 * tells relays whose monthly limit is reached. Those of one worker come in their order; one that was added before is ignored, so that the
 * caller may send again whatever it is not sure of.
 *
 * Rejects with a `StoreError`, and then has added nothing: the caller keeps the deltas and sends them again.
 */
export async function recordUsage(ports: ControlPorts, deltas: readonly UsageDelta[]): Promise<RecordedUsage> {
  if (deltas.length === 0) {
    return { applied: 0, repeated: 0, reached: [] };
  }
  const now = ports.clock.unixNow();
  const { applied, seq, reached } = await ports.store.transact(async (session) => {
    const added: UsageDelta[] = [];
    for (const delta of deltas) {
      if (await session.usage.apply(delta, now)) {
        await session.deniedPeers.add(delta.deniedPeers ?? []);
        added.push(delta);
      }
    }
    const { sums, growths } = await addToMonths(session, added);
    await queueThresholdEvents(ports, session, growths);
    // What comes late for a month that is over has no bearing on this one.
    const current = sums.filter(({ month }) => month === monthStart(now));
    return { applied: added.length, ...(await reviewEgress(ports, session, current, now)) };
  });
  if (seq !== undefined) {
    ports.bus.publish({ seq });
  }
  return { applied, repeated: deltas.length - applied, reached };
}

interface MonthPart {
  readonly month: UnixMs;
  readonly accountId: AccountId;
  readonly keyUid: KeyUid | undefined;
  bytes: number;
}

interface GrownMonths {
  readonly sums: readonly EgressMonth[];
  /** Those of accounts, with what they were before. */
  readonly growths: readonly MonthlyGrowth[];
}

/** Adds to the sums of each account and each key. */
async function addToMonths(session: StoreSession, deltas: readonly UsageDelta[]): Promise<GrownMonths> {
  const parts = new Map<string, MonthPart>();
  for (const { minute, rows } of deltas) {
    for (const row of rows) {
      addPart(parts, { month: monthStart(minute), accountId: row.accountId, keyUid: undefined, bytes: 0 }, row);
      addPart(parts, { month: monthStart(minute), accountId: row.accountId, keyUid: row.keyUid, bytes: 0 }, row);
    }
  }
  const sums: EgressMonth[] = [];
  const growths: MonthlyGrowth[] = [];
  for (const { month, accountId, keyUid, bytes } of parts.values()) {
    if (bytes === 0) {
      continue;
    }
    const sum = await session.egress.add(month, accountId, keyUid, bytes);
    sums.push(sum);
    if (keyUid === undefined) {
      growths.push({ accountId, month, beforeBytes: sum.egressBytes - bytes, afterBytes: sum.egressBytes });
    }
  }
  return { sums, growths };
}

function addPart(parts: Map<string, MonthPart>, fresh: MonthPart, { egressBytes }: UsageRow): void {
  const name = `${fresh.month} ${fresh.accountId} ${fresh.keyUid}`;
  const part = parts.get(name) ?? fresh;
  part.bytes += egressBytes;
  parts.set(name, part);
}

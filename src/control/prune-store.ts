import type { UnixMs } from '../base/clock.ts';
import {
  CHANGE_LOG_AGE_MS_MAX,
  CONNECTION_TEST_AGE_MS_MAX,
  EGRESS_MONTHS_KEPT,
  ROWS_PER_PRUNE_MAX,
  USAGE_REPETITION_AGE_MS_MAX,
} from '../base/limits.ts';
import type { ControlSettings } from './control-settings.ts';
import { listUsageRetention } from './list-usage-retention.ts';
import { monthStart } from './month-start.ts';
import { prunePeople } from './people/prune-people.ts';
import type { ControlPorts, UsageTable } from './ports.ts';
import type { UsageLevel } from './usage-plan.ts';

export interface PrunedRows {
  readonly revocations: number;
  readonly changes: number;
  readonly egressMonths: number;
  readonly usageRows: number;
  readonly usageSources: number;
  readonly deniedPeers: number;
  readonly auditEntries: number;
  readonly connectionTests: number;
  readonly sessions: number;
}

/**
 * Forgets what nobody needs any more: revocations of what has expired, old change-log entries, and usage, denied peers,
 * audit entries and connection tests beyond their retention. One call removes a bounded number of rows of each, so that it never
 * holds the database for long; the caller calls again soon when a number equals the bound.
 */
export async function pruneStore(ports: ControlPorts): Promise<PrunedRows> {
  const now = ports.clock.unixNow();
  return ports.store.transact(async (session) => {
    const { usage, egress, revocations, changeLog, deniedPeers, audit, connectionTests } = session;
    return {
      revocations: await revocations.prune(now, ROWS_PER_PRUNE_MAX),
      changes: await changeLog.prune((now - CHANGE_LOG_AGE_MS_MAX) as UnixMs, ROWS_PER_PRUNE_MAX),
      egressMonths: await egress.prune(monthStart(now, -EGRESS_MONTHS_KEPT), ROWS_PER_PRUNE_MAX),
      usageRows: await pruneUsage(usage, ports.settings, now),
      usageSources: await usage.pruneSources((now - USAGE_REPETITION_AGE_MS_MAX) as UnixMs, ROWS_PER_PRUNE_MAX),
      deniedPeers: await deniedPeers.prune((now - ports.settings.deniedPeerRetentionMs) as UnixMs, ROWS_PER_PRUNE_MAX),
      sessions: await prunePeople(session, now),
      auditEntries: await audit.prune((now - ports.settings.auditRetentionMs) as UnixMs, ROWS_PER_PRUNE_MAX),
      connectionTests: await connectionTests.prune((now - CONNECTION_TEST_AGE_MS_MAX) as UnixMs, ROWS_PER_PRUNE_MAX),
    };
  });
}

async function pruneUsage(usage: UsageTable, settings: ControlSettings, now: UnixMs): Promise<number> {
  let count = 0;
  for (const [level, retentionMs] of Object.entries(listUsageRetention(settings)) as [UsageLevel, number][]) {
    count += await usage.prune(level, (now - retentionMs) as UnixMs, ROWS_PER_PRUNE_MAX);
  }
  return count;
}

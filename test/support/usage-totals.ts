import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SQLITE_FILE } from '../../src/store/open-sqlite.ts';

/** What the database of a data folder holds of one username's usage, over all minutes. */
export interface UsageTotals {
  readonly ingressBytes: number;
  readonly egressBytes: number;
  readonly allocations: number;
}

/** Reads the database beside a service that may be running, or after one that has ended, however it ended. */
export function readUsageTotals(data: string, username: string): UsageTotals {
  const database = new DatabaseSync(join(data, SQLITE_FILE), { timeout: 5_000 });
  try {
    const row = database
      .prepare(
        `select sum(ingress_bytes) as ingress, sum(egress_bytes) as egress, sum(allocations_started) as allocations
           from usage_minutes where username = ?`,
      )
      .get(username) as Record<'ingress' | 'egress' | 'allocations', number | null>;
    return {
      ingressBytes: row.ingress ?? 0,
      egressBytes: row.egress ?? 0,
      allocations: row.allocations ?? 0,
    };
  } finally {
    database.close();
  }
}

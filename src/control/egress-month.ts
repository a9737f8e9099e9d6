import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import type { AccountOrKey } from './account-or-key.ts';

/** What an account, or one of its keys, has sent to clients in one calendar month (UTC), and what came of its limits. */
export interface EgressMonth extends AccountOrKey {
  /** When it began. */
  readonly month: UnixMs;
  readonly egressBytes: number;
  readonly isSoftReached: boolean;
  readonly isBlocked: boolean;
}

/** Sums that are kept up with usage, so that no limit has to read a month of it. */
export interface EgressTable {
  /** Only in the transaction that adds the same bytes to usage. @returns the row as it is then. */
  add(month: UnixMs, accountId: AccountId, keyUid: KeyUid | undefined, bytes: number): Promise<EgressMonth>;
  /** The rows of a month: of one account with its keys, or all of them. */
  list(month: UnixMs, accountId?: AccountId): Promise<readonly EgressMonth[]>;
  /** Writes what came of a row's limits. */
  mark(row: EgressMonth): Promise<void>;
  /** Forgets months that began before then. @returns how many rows, at most `limit`. */
  prune(before: UnixMs, limit: number): Promise<number>;
}

/** Somebody has sent as much in this month as a limit says, and had not before. */
export interface EgressReached extends AccountOrKey {
  readonly limit: 'soft' | 'hard';
  readonly egressBytes: number;
}

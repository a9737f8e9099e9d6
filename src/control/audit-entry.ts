import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Actor } from './actor.ts';
import type { AuditAction } from './audit-action.ts';

/** What was done to what. Never holds a secret: no token, no password, nothing that could be used. */
export interface AuditedAction {
  readonly action: AuditAction;
  /** Whose log it stands in; undefined for what concerns the installation alone. */
  readonly accountId: AccountId | undefined;
  /** The key's uid, the token's id, the credential's username, and so on. */
  readonly resourceId: string;
  /** What else is worth knowing, as a key's new name; its members are part of the API. */
  readonly details?: AuditDetails;
}

export type AuditDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface NewAuditEntry extends AuditedAction {
  readonly actor: Actor;
  readonly at: UnixMs;
}

/** An entry of the audit log. Entries are in the order of their times, those of one moment in that of their numbers. */
export interface AuditEntry extends NewAuditEntry, AuditPosition {
  readonly details: AuditDetails;
}

/** Where an entry stands in the log; no two stand at one place. */
export interface AuditPosition {
  readonly at: UnixMs;
  readonly number: number;
}

/** Which entries are wanted. What is undefined restricts nothing. */
export interface AuditQuery {
  readonly accountId?: AccountId | undefined;
  readonly since?: UnixMs | undefined;
  readonly before?: UnixMs | undefined;
  /** The one entry at this place. */
  readonly position?: AuditPosition | undefined;
  /** One that is the name of no action is that of no entry. */
  readonly action?: string | undefined;
  /** The id of a token, or a key's uid. */
  readonly actorId?: string | undefined;
  readonly actorAddress?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly direction: 'asc' | 'desc';
  /** Only what comes behind this place, in the direction. */
  readonly after?: AuditPosition | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** Who did what. Entries are added and forgotten, and never changed. */
export interface AuditTable {
  append(entry: NewAuditEntry): Promise<void>;
  /** The entries that a query wants, in its direction. */
  list(query: AuditQuery): Promise<readonly AuditEntry[]>;
  /** Forgets at most `limit` entries from before then, the oldest first. @returns how many. */
  prune(before: UnixMs, limit: number): Promise<number>;
}

import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid, Username } from './ids.ts';

/**
 * What a relay must learn about credentials. Each change is idempotent, and a relay that has applied every change up
 * to a sequence number knows all it needs; nothing else crosses from the control plane to a worker's packets.
 */
export type Change =
  /** The key exists, and credentials that it issued are accepted. Told again when the key's API token was replaced. */
  | { readonly kind: 'key-live'; readonly keyUid: KeyUid; readonly accountId: AccountId }
  /** The key is gone: its credentials fail, its allocations end. */
  | { readonly kind: 'key-deleted'; readonly keyUid: KeyUid }
  /** One username fails from now on. The entry may be forgotten after `expiresAt`, when the credential has expired anyway. */
  | {
      readonly kind: 'username-revoked';
      readonly keyUid: KeyUid;
      readonly username: Username;
      readonly expiresAt: UnixMs;
    }
  /**
   * Every credential of the key issued before `issuedBefore` fails, or of one custom identifier where one is named.
   * The entry may be forgotten after `expiresAt`.
   */
  | {
      readonly kind: 'credentials-revoked';
      readonly keyUid: KeyUid;
      readonly customIdentifier: string | null;
      readonly issuedBefore: UnixMs;
      readonly expiresAt: UnixMs;
    };

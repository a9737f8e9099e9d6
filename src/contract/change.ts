import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid, SharedSecretId, Username } from './ids.ts';
import type { LimitHolder } from './limit-holder.ts';
import type { LimitOverrides } from './limits.ts';

/**
 * What a relay must learn about keys, shared secrets, revocations and limits. Each change is idempotent, and a relay that has
 * applied every change up to a sequence number knows all it needs; nothing else crosses from the control plane to a worker's packets.
 */
export type Change =
  /** The key exists, and credentials that it issued are accepted. Told again when the key's API token was replaced. */
  | { readonly kind: 'key-live'; readonly keyUid: KeyUid; readonly accountId: AccountId }
  /** The key is gone: its credentials fail, its allocations end. */
  | { readonly kind: 'key-deleted'; readonly keyUid: KeyUid }
  /** Credentials of the key that were made with a shared secret are accepted. `sealed` is its text as `sealSharedSecret` made it. */
  | {
      readonly kind: 'shared-secret-added';
      readonly keyUid: KeyUid;
      readonly secretId: SharedSecretId;
      readonly sealed: string;
    }
  /** The secret is gone: credentials that were made with it fail, their allocations end. */
  | { readonly kind: 'shared-secret-removed'; readonly keyUid: KeyUid; readonly secretId: SharedSecretId }
  /** One username of the key fails from now on. The entry may be forgotten after `expiresAt`, when the credential has expired anyway. */
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
    }
  /** All limits that an account, or a key, has of its own from now on; live allocations keep to them at once. */
  | { readonly kind: 'account-limits'; readonly accountId: AccountId; readonly limits: LimitOverrides }
  | { readonly kind: 'key-limits'; readonly keyUid: KeyUid; readonly limits: LimitOverrides }
  /**
   * Whoever this is has sent as much as it may: nothing is relayed for it before `until`, the end of the month. A moment that is
   * over means that it may again.
   */
  | { readonly kind: 'egress-blocked'; readonly holder: LimitHolder; readonly until: UnixMs };

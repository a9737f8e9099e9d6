import type { UnixMs } from '../base/clock.ts';
import { BULK_REVOCATIONS_FORGOTTEN_EVERY_MS } from '../base/limits.ts';
import type { Change } from '../contract/change.ts';
import type { UsernameClaims } from '../contract/credential.ts';
import type { AccountId, CredentialId, KeyUid } from '../contract/ids.ts';
import { identifyCredential } from '../contract/rest-username.ts';
import type { UsernameRevocations } from './revoked-usernames.ts';
import type { SharedSecrets } from './shared-secrets.ts';

/** Whether a credential that was once issued is still good, its expiry apart. */
export type Standing = 'live' | 'key-deleted' | 'revoked';

interface BulkRevocation {
  readonly issuedBefore: UnixMs;
  /** When all credentials that it could concern have expired. */
  readonly expiresAt: UnixMs;
}

/** Bulk revocations of one key by custom identifier; null stands for every credential of the key. */
type BulkRevocations = Map<string | null, BulkRevocation>;

/**
 * What the changes of the control plane have said about keys and credentials: which keys live, what secrets they share, and
 * what was revoked.
 */
export class KeyRing {
  readonly sharedSecrets: SharedSecrets;
  /** Live keys, and the account that each belongs to. */
  readonly #accounts = new Map<KeyUid, AccountId>();
  readonly #revocations = new Map<KeyUid, BulkRevocations>();
  readonly #revokedUsernames: UsernameRevocations;
  /** When bulk revocations are to be looked through next: at the end of the interval in which the earliest of them expires. */
  #nextBulkExpiry = Number.POSITIVE_INFINITY;

  constructor(revokedUsernames: UsernameRevocations, sharedSecrets: SharedSecrets) {
    this.#revokedUsernames = revokedUsernames;
    this.sharedSecrets = sharedSecrets;
  }

  /** Takes a change in, in the order in which the changes were made. The same change again changes nothing. */
  apply(change: Change, now: UnixMs): void {
    switch (change.kind) {
      case 'key-live':
        this.#accounts.set(change.keyUid, change.accountId);
        break;
      case 'key-deleted':
        this.#accounts.delete(change.keyUid);
        this.#revocations.delete(change.keyUid);
        this.sharedSecrets.removeOfKey(change.keyUid);
        break;
      case 'shared-secret-added':
        this.sharedSecrets.add(change.keyUid, change.secretId, change.sealed);
        break;
      case 'shared-secret-removed':
        this.sharedSecrets.remove(change.secretId);
        break;
      case 'username-revoked':
        if (change.expiresAt > now) {
          this.#revokedUsernames.add(identifyCredential(change.keyUid, change.username), change.expiresAt);
        }
        break;
      case 'credentials-revoked':
        if (change.expiresAt > now) {
          this.#addBulkRevocation(change.keyUid, change.customIdentifier, change);
        }
        break;
      case 'account-limits':
      case 'key-limits':
      case 'egress-blocked':
        break;
    }
  }

  /** The account that a live key belongs to. */
  accountOf(keyUid: KeyUid): AccountId | undefined {
    return this.#accounts.get(keyUid);
  }

  /** The live keys of an account. */
  keysOf(accountId: AccountId): KeyUid[] {
    const keys: KeyUid[] = [];
    for (const [keyUid, owner] of this.#accounts) {
      if (owner === accountId) {
        keys.push(keyUid);
      }
    }
    return keys;
  }

  /** Does the same work whatever it finds, so that the time it takes tells nothing. */
  standingOf(id: CredentialId, claims: UsernameClaims): Standing {
    const isRevoked = this.#revokedUsernames.has(id);
    const isBulkRevoked = this.#isBulkRevoked(claims);
    if (!this.#accounts.has(claims.keyUid)) {
      return 'key-deleted';
    }
    return isRevoked || isBulkRevoked ? 'revoked' : 'live';
  }

  /** When there is something to forget, or Infinity. */
  peekExpiry(): number {
    return Math.min(this.#revokedUsernames.peekExpiry(), this.#nextBulkExpiry);
  }

  /** Forgets what only concerns credentials that have expired. */
  forgetExpired(now: UnixMs): void {
    this.#revokedUsernames.forgetExpired(now);
    if (this.#nextBulkExpiry > now) {
      return;
    }
    let earliest = Number.POSITIVE_INFINITY;
    for (const [keyUid, revocations] of this.#revocations) {
      for (const [customIdentifier, { expiresAt }] of revocations) {
        if (expiresAt <= now) {
          revocations.delete(customIdentifier);
        } else {
          earliest = Math.min(earliest, expiresAt);
        }
      }
      if (revocations.size === 0) {
        this.#revocations.delete(keyUid);
      }
    }
    this.#nextBulkExpiry = endOfInterval(earliest);
  }

  /** Entries that `forgetExpired` will forget one day. */
  get revocationCount(): number {
    let count = this.#revokedUsernames.size;
    for (const revocations of this.#revocations.values()) {
      count += revocations.size;
    }
    return count;
  }

  #addBulkRevocation(keyUid: KeyUid, customIdentifier: string | null, added: BulkRevocation): void {
    const revocations: BulkRevocations = this.#revocations.get(keyUid) ?? new Map();
    const known = revocations.get(customIdentifier);
    const issuedBefore = Math.max(known?.issuedBefore ?? 0, added.issuedBefore) as UnixMs;
    const expiresAt = Math.max(known?.expiresAt ?? 0, added.expiresAt) as UnixMs;
    revocations.set(customIdentifier, { issuedBefore, expiresAt });
    this.#revocations.set(keyUid, revocations);
    this.#nextBulkExpiry = Math.min(this.#nextBulkExpiry, endOfInterval(expiresAt));
  }

  #isBulkRevoked(claims: UsernameClaims): boolean {
    const revocations = this.#revocations.get(claims.keyUid);
    const ofAll = revocations?.get(null);
    const ofIdentifier = revocations?.get(claims.customIdentifier);
    return (
      (ofAll !== undefined && claims.issuedAt < ofAll.issuedBefore) ||
      (ofIdentifier !== undefined && claims.issuedAt < ofIdentifier.issuedBefore)
    );
  }
}

/** All that expires in one interval is forgotten in one look at all of them: each for itself would cost the square of their number. */
function endOfInterval(expiresAt: number): number {
  return Math.ceil(expiresAt / BULK_REVOCATIONS_FORGOTTEN_EVERY_MS) * BULK_REVOCATIONS_FORGOTTEN_EVERY_MS;
}

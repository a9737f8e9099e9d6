import { unreachable } from '../base/assert.ts';
import type { UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import type { Random } from '../base/random.ts';
import type { Change } from '../contract/change.ts';
import type { AccountId, KeyUid, SharedSecretId } from '../contract/ids.ts';
import { identifyCredential } from '../contract/rest-username.ts';
import { RevokedUsernames } from '../turn/revoked-usernames.ts';
import { LimitSnapshot } from './limit-snapshot.ts';

interface BulkRevocation {
  readonly issuedBefore: UnixMs;
  readonly expiresAt: UnixMs;
}

interface KeyState {
  /** Undefined while nothing said that the key is live: a revocation may come first. */
  accountId: AccountId | undefined;
  /** Shared secrets, sealed. */
  readonly secrets: Map<SharedSecretId, string>;
  /** Bulk revocations by custom identifier; null is every credential of the key. */
  readonly bulk: Map<string | null, BulkRevocation>;
}

/**
 * Every change so far, merged: what a worker that starts now must be told to know all. A deleted key takes its bulk revocations
 * and limits with it, since its credentials fail anyway; so does an expired revocation. Revoked usernames are not told,
 * but read: there may be millions, and all workers share one table.
 */
export class ChangeSnapshot {
  readonly revoked: RevokedUsernames<SharedArrayBuffer>;
  readonly #keys = new Map<KeyUid, KeyState>();
  readonly #limits = new LimitSnapshot();

  constructor(hashes: Hashes, random: Random) {
    this.revoked = new RevokedUsernames(hashes, random, (bytes) => new SharedArrayBuffer(bytes));
  }

  applyAll(changes: readonly Change[]): void {
    for (const change of changes) {
      this.apply(change);
    }
  }

  apply(change: Change): void {
    switch (change.kind) {
      case 'key-live':
        this.#stateOf(change.keyUid).accountId = change.accountId;
        return;
      case 'key-deleted':
        this.#keys.delete(change.keyUid);
        this.#limits.forgetKey(change.keyUid);
        return;
      case 'shared-secret-added':
        this.#stateOf(change.keyUid).secrets.set(change.secretId, change.sealed);
        return;
      case 'shared-secret-removed':
        this.#keys.get(change.keyUid)?.secrets.delete(change.secretId);
        return;
      case 'username-revoked':
        this.revoked.add(identifyCredential(change.keyUid, change.username), change.expiresAt);
        return;
      case 'credentials-revoked': {
        const { bulk } = this.#stateOf(change.keyUid);
        const known = bulk.get(change.customIdentifier);
        bulk.set(change.customIdentifier, {
          issuedBefore: Math.max(known?.issuedBefore ?? 0, change.issuedBefore) as UnixMs,
          expiresAt: Math.max(known?.expiresAt ?? 0, change.expiresAt) as UnixMs,
        });
        return;
      }
      case 'account-limits':
      case 'key-limits':
      case 'egress-blocked':
        this.#limits.apply(change);
        return;
      default:
        unreachable(change);
    }
  }

  /** Changes that, applied in order by a relay that knows nothing, tell it everything but the revoked usernames. */
  collect(): Change[] {
    const changes: Change[] = [];
    for (const [keyUid, { accountId, secrets, bulk }] of this.#keys) {
      if (accountId !== undefined) {
        changes.push({ kind: 'key-live', keyUid, accountId });
      }
      for (const [secretId, sealed] of secrets) {
        changes.push({ kind: 'shared-secret-added', keyUid, secretId, sealed });
      }
      for (const [customIdentifier, revocation] of bulk) {
        changes.push({ kind: 'credentials-revoked', keyUid, customIdentifier, ...revocation });
      }
    }
    changes.push(...this.#limits.collect());
    return changes;
  }

  /** Forgets the revocations of what has expired at `now` anyway. */
  forgetExpired(now: UnixMs): void {
    this.revoked.forgetExpired(now);
    this.#limits.forgetExpired(now);
    for (const [keyUid, { accountId, secrets, bulk }] of this.#keys) {
      for (const [customIdentifier, { expiresAt }] of bulk) {
        if (expiresAt <= now) {
          bulk.delete(customIdentifier);
        }
      }
      if (accountId === undefined && secrets.size + bulk.size === 0) {
        this.#keys.delete(keyUid);
      }
    }
  }

  #stateOf(keyUid: KeyUid): KeyState {
    const known = this.#keys.get(keyUid);
    if (known !== undefined) {
      return known;
    }
    const state = { accountId: undefined, secrets: new Map(), bulk: new Map() };
    this.#keys.set(keyUid, state);
    return state;
  }
}

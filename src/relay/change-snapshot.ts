import { unreachable } from '../base/assert.ts';
import type { UnixMs } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import type { AccountId, KeyUid, SharedSecretId, Username } from '../contract/ids.ts';

interface BulkRevocation {
  readonly issuedBefore: UnixMs;
  readonly expiresAt: UnixMs;
}

interface KeyState {
  /** Undefined while nothing said that the key is live: a revocation may come first. */
  accountId: AccountId | undefined;
  /** Shared secrets, sealed. */
  readonly secrets: Map<SharedSecretId, string>;
  /** Revoked usernames, and when their credentials expire. */
  readonly usernames: Map<Username, UnixMs>;
  /** Bulk revocations by custom identifier; null is every credential of the key. */
  readonly bulk: Map<string | null, BulkRevocation>;
}

/**
 * Every change so far, merged: what a worker that starts now must be told to know all. A deleted key takes its revocations
 * with it, since its credentials fail anyway; so does an expired revocation.
 */
export class ChangeSnapshot {
  readonly #keys = new Map<KeyUid, KeyState>();

  apply(change: Change): void {
    switch (change.kind) {
      case 'key-live':
        this.#stateOf(change.keyUid).accountId = change.accountId;
        return;
      case 'key-deleted':
        this.#keys.delete(change.keyUid);
        return;
      case 'shared-secret-added':
        this.#stateOf(change.keyUid).secrets.set(change.secretId, change.sealed);
        return;
      case 'shared-secret-removed':
        this.#keys.get(change.keyUid)?.secrets.delete(change.secretId);
        return;
      case 'username-revoked':
        this.#stateOf(change.keyUid).usernames.set(change.username, change.expiresAt);
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
      default:
        unreachable(change);
    }
  }

  /** Changes that, applied in order by a relay that knows nothing, tell it everything. */
  collect(): Change[] {
    const changes: Change[] = [];
    for (const [keyUid, { accountId, secrets, usernames, bulk }] of this.#keys) {
      if (accountId !== undefined) {
        changes.push({ kind: 'key-live', keyUid, accountId });
      }
      for (const [secretId, sealed] of secrets) {
        changes.push({ kind: 'shared-secret-added', keyUid, secretId, sealed });
      }
      for (const [username, expiresAt] of usernames) {
        changes.push({ kind: 'username-revoked', keyUid, username, expiresAt });
      }
      for (const [customIdentifier, revocation] of bulk) {
        changes.push({ kind: 'credentials-revoked', keyUid, customIdentifier, ...revocation });
      }
    }
    return changes;
  }

  /** Forgets the revocations of what has expired at `now` anyway. */
  forgetExpired(now: UnixMs): void {
    for (const [keyUid, { accountId, secrets, usernames, bulk }] of this.#keys) {
      for (const [username, expiresAt] of usernames) {
        if (expiresAt <= now) {
          usernames.delete(username);
        }
      }
      for (const [customIdentifier, { expiresAt }] of bulk) {
        if (expiresAt <= now) {
          bulk.delete(customIdentifier);
        }
      }
      if (accountId === undefined && secrets.size + usernames.size + bulk.size === 0) {
        this.#keys.delete(keyUid);
      }
    }
  }

  #stateOf(keyUid: KeyUid): KeyState {
    const known = this.#keys.get(keyUid);
    if (known !== undefined) {
      return known;
    }
    const state = { accountId: undefined, secrets: new Map(), usernames: new Map(), bulk: new Map() };
    this.#keys.set(keyUid, state);
    return state;
  }
}

import type { UnixMs } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import type { AccountId, KeyUid, SharedSecretId } from '../contract/ids.ts';
import { type LimitHolder, nameLimitHolder } from '../contract/limit-holder.ts';

/**
 * What those who follow the change log were told that can be taken back. A snapshot does not speak of what is no more; whoever
 * reads one after a gap in the log is told of that too.
 */
export class KnownState {
  readonly #liveKeys = new Set<KeyUid>();
  /** Shared secrets, and the key of each. */
  readonly #secrets = new Map<SharedSecretId, KeyUid>();
  readonly #limitedKeys = new Set<KeyUid>();
  readonly #limitedAccounts = new Set<AccountId>();
  readonly #blocked = new Map<string, LimitHolder>();

  note(change: Change): void {
    switch (change.kind) {
      case 'key-live':
        this.#liveKeys.add(change.keyUid);
        break;
      case 'key-deleted':
        this.#liveKeys.delete(change.keyUid);
        this.#limitedKeys.delete(change.keyUid);
        this.#blocked.delete(nameLimitHolder({ kind: 'key', keyUid: change.keyUid }));
        this.#forgetSecretsOf(change.keyUid);
        break;
      case 'shared-secret-added':
        this.#secrets.set(change.secretId, change.keyUid);
        break;
      case 'shared-secret-removed':
        this.#secrets.delete(change.secretId);
        break;
      case 'key-limits':
        this.#limitedKeys.add(change.keyUid);
        break;
      case 'account-limits':
        this.#limitedAccounts.add(change.accountId);
        break;
      case 'egress-blocked':
        this.#blocked.set(nameLimitHolder(change.holder), change.holder);
        break;
      default:
    }
  }

  #forgetSecretsOf(keyUid: KeyUid): void {
    for (const [secretId, owner] of this.#secrets) {
      if (owner === keyUid) {
        this.#secrets.delete(secretId);
      }
    }
  }

  /** The changes that take back what a snapshot did not tell. */
  takenBackBy(told: KnownState): Change[] {
    return [
      ...missing(this.#liveKeys, told.#liveKeys).map((keyUid): Change => ({ kind: 'key-deleted', keyUid })),
      ...[...this.#secrets]
        .filter(([secretId]) => !told.#secrets.has(secretId))
        .map(([secretId, keyUid]): Change => ({ kind: 'shared-secret-removed', keyUid, secretId })),
      ...missing(this.#limitedKeys, told.#limitedKeys).map(
        (keyUid): Change => ({ kind: 'key-limits', keyUid, limits: {} }),
      ),
      ...missing(this.#limitedAccounts, told.#limitedAccounts).map(
        (accountId): Change => ({ kind: 'account-limits', accountId, limits: {} }),
      ),
      ...[...this.#blocked]
        .filter(([name]) => !told.#blocked.has(name))
        .map(([, holder]): Change => ({ kind: 'egress-blocked', holder, until: 0 as UnixMs })),
    ];
  }
}

function missing<Item>(known: ReadonlySet<Item>, told: ReadonlySet<Item>): Item[] {
  return [...known].filter((item) => !told.has(item));
}

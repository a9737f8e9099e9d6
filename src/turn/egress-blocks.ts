import type { UnixMs } from '../base/clock.ts';
import type { LimitHolder } from '../contract/change.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';

/** Who has sent as much as it may, and until when it may send no more. */
export class EgressBlocks {
  readonly #ofAccounts = new Map<AccountId, UnixMs>();
  readonly #ofKeys = new Map<KeyUid, UnixMs>();

  /** A moment that is over blocks no more. */
  put(holder: LimitHolder, until: UnixMs): void {
    if (holder.kind === 'account') {
      this.#ofAccounts.set(holder.accountId, until);
    } else {
      this.#ofKeys.set(holder.keyUid, until);
    }
  }

  /** Whether nothing may be sent for the credentials of a key of this account. */
  isBlocked(keyUid: KeyUid, accountId: AccountId, now: UnixMs): boolean {
    return (this.#ofKeys.get(keyUid) ?? 0) > now || (this.#ofAccounts.get(accountId) ?? 0) > now;
  }

  forgetKey(keyUid: KeyUid): void {
    this.#ofKeys.delete(keyUid);
  }
}

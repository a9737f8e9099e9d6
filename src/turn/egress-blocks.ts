import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import type { LimitHolder } from '../contract/limit-holder.ts';

/** Who has sent as much as it may, and until when it may send no more. */
export class EgressBlocks {
  readonly #ofAccounts = new Map<AccountId, UnixMs>();
  readonly #ofKeys = new Map<KeyUid, UnixMs>();
  /** No block is over before then. */
  #firstEnd = Number.POSITIVE_INFINITY;

  /** A moment that is over blocks no more. Blocks of months that are over are forgotten with the next one that is put. */
  put(holder: LimitHolder, until: UnixMs, now: UnixMs): void {
    if (holder.kind === 'account') {
      this.#ofAccounts.set(holder.accountId, until);
    } else {
      this.#ofKeys.set(holder.keyUid, until);
    }
    this.#firstEnd = Math.min(this.#firstEnd, until);
    // Blocks end with their month, so that all are looked at once a month, and when one is lifted.
    if (this.#firstEnd <= now) {
      const ends = [forgetOver(this.#ofAccounts, now), forgetOver(this.#ofKeys, now)];
      this.#firstEnd = Math.min(...ends);
    }
  }

  /** Whether nothing may be sent for the credentials of a key of this account. */
  isBlocked(keyUid: KeyUid, accountId: AccountId, now: UnixMs): boolean {
    return (this.#ofKeys.get(keyUid) ?? 0) > now || (this.#ofAccounts.get(accountId) ?? 0) > now;
  }

  forgetKey(keyUid: KeyUid): void {
    this.#ofKeys.delete(keyUid);
  }

  /** Blocks that are held, of which some may be over. */
  get count(): number {
    return this.#ofAccounts.size + this.#ofKeys.size;
  }
}

/** @returns when the first of those that are left is over. */
function forgetOver<Id>(blocks: Map<Id, UnixMs>, now: UnixMs): number {
  let first = Number.POSITIVE_INFINITY;
  for (const [id, until] of blocks) {
    if (until <= now) {
      blocks.delete(id);
    } else {
      first = Math.min(first, until);
    }
  }
  return first;
}

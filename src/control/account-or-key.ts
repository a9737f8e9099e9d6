import type { AccountId, KeyUid } from '../contract/ids.ts';
import type { LimitHolder } from '../contract/limit-holder.ts';

/** An account, or one of its keys: whoever may have limits of its own. */
export interface AccountOrKey {
  readonly accountId: AccountId;
  /** Undefined for the account itself, with all its keys. */
  readonly keyUid: KeyUid | undefined;
}

/** The same as relays are told of it. */
export function toLimitHolder({ accountId, keyUid }: AccountOrKey): LimitHolder {
  return keyUid === undefined ? { kind: 'account', accountId } : { kind: 'key', keyUid };
}

import type { AccountId, KeyUid } from './ids.ts';

/** Who has limits. */
export type LimitHolder =
  | { readonly kind: 'account'; readonly accountId: AccountId }
  | { readonly kind: 'key'; readonly keyUid: KeyUid };

/** A holder as the key of a map. */
export function nameLimitHolder(holder: LimitHolder): string {
  return holder.kind === 'key' ? `key ${holder.keyUid}` : `account ${holder.accountId}`;
}

import type { AccountId, KeyUid } from '../contract/ids.ts';

const KEY_UID = /^[0-9a-f]{32}$/;
const ACCOUNT_ID = /^[0-9A-Za-z_-]{1,64}$/;

/** A TURN key's uid as it stands in a URL: 32 lower-case hexadecimal digits. */
export function parseKeyUid(text: string): KeyUid | undefined {
  return KEY_UID.test(text) ? (text as KeyUid) : undefined;
}

/** An account's id: 1 to 64 letters, digits, `-` and `_`, so that it stands in a URL as it is. */
export function parseAccountId(text: string): AccountId | undefined {
  return ACCOUNT_ID.test(text) ? (text as AccountId) : undefined;
}

import { ControlError } from './errors.ts';
import { parseKeyUid } from './parse-ids.ts';
import type { StoredKey, StoreSession, TurnKey } from './ports.ts';
import { requireAccount } from './require-account.ts';

/**
 * The live key of this uid in this account.
 * @throws {ControlError} `account-not-found`, `key-not-found`.
 */
export async function requireKey(session: StoreSession, accountId: string, keyUid: string): Promise<TurnKey> {
  const { key } = await requireStoredKey(session, accountId, keyUid);
  return key;
}

/** The same, with what proves its holder. */
export async function requireStoredKey(session: StoreSession, accountId: string, keyUid: string): Promise<StoredKey> {
  const account = await requireAccount(session, accountId);
  const uid = parseKeyUid(keyUid);
  const stored = uid === undefined ? undefined : await session.keys.find(uid);
  if (stored === undefined || stored.key.accountId !== account.id) {
    throw new ControlError('key-not-found', 'The account has no such TURN key.');
  }
  return stored;
}

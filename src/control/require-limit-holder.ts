import type { AccountOrKey } from './account-or-key.ts';
import type { StoreSession } from './ports.ts';
import { requireAccount } from './require-account.ts';
import { requireKey } from './require-key.ts';

/** Whose limits a request is about: an account's, or those of one of its keys. Ids as they stand in a URL. */
export interface LimitPath {
  readonly accountId: string;
  readonly keyUid?: string | undefined;
}

/**
 * The account, or the live key of it.
 * @throws {ControlError} `account-not-found`, `key-not-found`.
 */
export async function requireLimitHolder(session: StoreSession, path: LimitPath): Promise<AccountOrKey> {
  if (path.keyUid === undefined) {
    const { id } = await requireAccount(session, path.accountId);
    return { accountId: id, keyUid: undefined };
  }
  const { uid, accountId } = await requireKey(session, path.accountId, path.keyUid);
  return { accountId, keyUid: uid };
}

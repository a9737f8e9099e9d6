import { type PageRequest, parsePageRequest } from './page-request.ts';
import type { ControlPorts, TurnKey } from './ports.ts';
import { requireAccount } from './require-account.ts';

export interface KeyPage {
  /** Newest first. */
  readonly keys: readonly TurnKey[];
  /** On all pages together. */
  readonly totalCount: number;
}

/**
 * One page of an account's keys.
 * @throws {ControlError} `account-not-found`, `invalid-page`.
 */
export async function listKeys(ports: ControlPorts, accountId: string, input: PageRequest): Promise<KeyPage> {
  const { offset, limit } = parsePageRequest(input);
  return ports.store.view(async (session) => {
    const account = await requireAccount(session, accountId);
    return {
      keys: await session.keys.list(account.id, offset, limit),
      totalCount: await session.keys.count(account.id),
    };
  });
}

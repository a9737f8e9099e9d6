import { KEYS_PER_PAGE_MAX } from '../base/limits.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts, TurnKey } from './ports.ts';
import { requireAccount } from './require-account.ts';

export interface KeyPage {
  /** Newest first. */
  readonly keys: readonly TurnKey[];
  /** On all pages together. */
  readonly totalCount: number;
}

/**
 * One page of an account's keys; `page` counts from 1, and one behind the last is empty.
 * @throws {ControlError} `account-not-found`, `invalid-page`.
 */
export async function listKeys(
  ports: ControlPorts,
  accountId: string,
  input: { readonly page: number; readonly perPage: number },
): Promise<KeyPage> {
  requireWithin(input.page, Math.floor(Number.MAX_SAFE_INTEGER / KEYS_PER_PAGE_MAX), 'page');
  requireWithin(input.perPage, KEYS_PER_PAGE_MAX, 'per_page');
  return ports.store.view(async (session) => {
    const account = await requireAccount(session, accountId);
    const offset = (input.page - 1) * input.perPage;
    return {
      keys: await session.keys.list(account.id, offset, input.perPage),
      totalCount: await session.keys.count(account.id),
    };
  });
}

function requireWithin(value: number, max: number, name: string): void {
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new ControlError('invalid-page', `${name} must be a whole number from 1 to ${max}.`);
  }
}

import { ACCOUNTS_MAX } from '../base/limits.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Actor } from './actor.ts';
import { generateId } from './api-token.ts';
import { ControlError } from './errors.ts';
import { parseKeyName } from './key-name.ts';
import type { Account, ControlPorts } from './ports.ts';
import { recordAudit } from './record-audit.ts';

/**
 * Makes an account, which has neither keys nor tokens yet.
 * @throws {ControlError} `invalid-name`, `account-limit-reached`.
 */
export async function createAccount(
  ports: ControlPorts,
  by: Actor,
  input: { readonly name?: unknown },
): Promise<Account> {
  const name = parseKeyName(input.name) ?? '';
  return ports.store.transact(async (session) => {
    const count = await session.accounts.count();
    if (count >= ACCOUNTS_MAX) {
      throw new ControlError('account-limit-reached', `There are ${count} accounts, as many as there may be.`);
    }
    const id = generateId(ports.random) as AccountId;
    const now = ports.clock.unixNow();
    const account: Account = { id, name, createdAt: now };
    await session.accounts.insert(account);
    await recordAudit(session, by, { action: 'account_create', accountId: id, resourceId: id, details: { name } }, now);
    return account;
  });
}

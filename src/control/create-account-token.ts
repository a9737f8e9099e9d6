import type { UnixMs } from '../base/clock.ts';
import { TOKENS_PER_ACCOUNT_MAX } from '../base/limits.ts';
import type { Actor } from './actor.ts';
import { generateId, generateToken, hashToken } from './api-token.ts';
import { ControlError } from './errors.ts';
import { parseKeyName } from './key-name.ts';
import { parseTokenPermissions } from './parse-token-permissions.ts';
import type { AccountToken, ControlPorts, StoreSession } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireAccount } from './require-account.ts';
import { requireFutureExpiry } from './require-future-expiry.ts';

export interface CreatedAccountToken {
  readonly token: AccountToken;
  /** The token itself, 64 hexadecimal digits. Nobody can read it again. */
  readonly value: string;
}

export interface AccountTokenInput {
  readonly name?: unknown;
  readonly permissions: readonly unknown[];
  /** Undefined for a token that lasts until it is deleted. */
  readonly expiresAt?: UnixMs | undefined;
}

/**
 * Makes a token of the management API for one account.
 * @throws {ControlError} `account-not-found`, `invalid-name`, `invalid-permissions`, `invalid-expiry`,
 * `token-limit-reached`.
 */
export async function createAccountToken(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  input: AccountTokenInput,
): Promise<CreatedAccountToken> {
  const name = parseKeyName(input.name) ?? '';
  const permissions = parseTokenPermissions(input.permissions);
  const now = ports.clock.unixNow();
  const expiresAt = requireFutureExpiry(input.expiresAt, now);
  const value = generateToken(ports.random);
  const tokenHash = hashToken(ports.hashes, value);
  const token = await ports.store.transact(async (session) => {
    const { id } = await requireAccount(session, accountId);
    const grant = { accountId: id, name, permissions, createdAt: now, expiresAt, lastUsedAt: undefined };
    const created: AccountToken = { id: generateId(ports.random), ...grant };
    await requireRoom(session, created);
    await session.accountTokens.insert(created, tokenHash);
    const done = { action: 'token_create', accountId: id, resourceId: created.id } as const;
    await recordAudit(session, by, { ...done, details: { name, permissions } }, now);
    return created;
  });
  return { token, value };
}

async function requireRoom(session: StoreSession, token: AccountToken): Promise<void> {
  const count = await session.accountTokens.count(token.accountId);
  if (count >= TOKENS_PER_ACCOUNT_MAX) {
    throw new ControlError(
      'token-limit-reached',
      `The account has ${count} API tokens, expired ones included, as many as it may have; delete one first.`,
    );
  }
}

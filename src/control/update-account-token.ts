import type { UnixMs } from '../base/clock.ts';
import type { Actor } from './actor.ts';
import { parseKeyName } from './key-name.ts';
import { parseTokenPermissions } from './parse-token-permissions.ts';
import type { AccountToken, ControlPorts } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireAccountToken } from './require-account-token.ts';
import { requireFutureExpiry } from './require-future-expiry.ts';
import { formatRfc3339 } from './rfc3339.ts';

/** What is undefined stays as it is. */
export interface AccountTokenChanges {
  readonly name?: unknown;
  readonly permissions?: readonly unknown[] | undefined;
  /** Null for a token that lasts until it is deleted. */
  readonly expiresAt?: UnixMs | null | undefined;
}

/**
 * Changes a token; its value stays. The next request that bears it has the new permissions.
 * @throws {ControlError} `account-not-found`, `token-not-found`, `invalid-name`, `invalid-permissions`, `invalid-expiry`.
 */
export async function updateAccountToken(
  ports: ControlPorts,
  by: Actor,
  path: { readonly accountId: string; readonly tokenId: string },
  changes: AccountTokenChanges,
): Promise<AccountToken> {
  const name = parseKeyName(changes.name);
  const permissions = changes.permissions === undefined ? undefined : parseTokenPermissions(changes.permissions);
  const now = ports.clock.unixNow();
  const expiresAt = requireFutureExpiry(changes.expiresAt ?? undefined, now);
  return ports.store.transact(async (session) => {
    const token = await requireAccountToken(session, path.accountId, path.tokenId);
    const changed: AccountToken = {
      ...token,
      name: name ?? token.name,
      permissions: permissions ?? token.permissions,
      expiresAt: changes.expiresAt === undefined ? token.expiresAt : expiresAt,
    };
    await session.accountTokens.update(changed);
    const done = { action: 'token_update', accountId: token.accountId, resourceId: token.id } as const;
    await recordAudit(session, by, { ...done, details: describeChange(token, changed) }, now);
    return changed;
  });
}

function describeChange(before: AccountToken, after: AccountToken) {
  return {
    name: after.name,
    permissions: after.permissions,
    ...(after.name === before.name ? {} : { previous_name: before.name }),
    ...(after.permissions === before.permissions ? {} : { previous_permissions: before.permissions }),
    ...(after.expiresAt === before.expiresAt ? {} : { expires_on: formatExpiry(after) }),
  };
}

function formatExpiry({ expiresAt }: AccountToken): string {
  return expiresAt === undefined ? 'never' : formatRfc3339(expiresAt);
}

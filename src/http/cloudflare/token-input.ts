import type { Static } from 'typebox';
import type { UnixMs } from '../../base/clock.ts';
import type { AccountTokenInput } from '../../control/create-account-token.ts';
import type { Permission } from '../../control/permission.ts';
import { parseRfc3339 } from '../../control/rfc3339.ts';
import type { AccountTokenChanges } from '../../control/update-account-token.ts';
import { HttpProblem } from '../problem.ts';
import { findPermission } from './permission-group.ts';
import type { tokenBody, tokenChanges } from './token-schemas.ts';

type TokenBody = Static<typeof tokenBody>;
type TokenChanges = Static<typeof tokenChanges>;

/** How Cloudflare names an account where a policy says what it is about. */
export const ACCOUNT_RESOURCE = 'com.cloudflare.api.account.';

/**
 * What is asked for by the body of a request to make a token, whichever of the two forms it has. What a policy
 * restricts and we would not enforce is refused, since the token would be wider than its maker thinks.
 * @throws {HttpProblem} `invalid_permissions`, `invalid_expires_on`, `unsupported_restriction`.
 */
export function parseTokenInput(accountId: string, body: TokenBody): AccountTokenInput {
  refuseRestrictions(body);
  const { name, expires_on: expiresOn } = body;
  return {
    name,
    permissions: parsePermissions(accountId, body) ?? [],
    expiresAt: expiresOn === undefined ? undefined : parseExpiry(expiresOn),
  };
}

/**
 * The same of a request to change one. What it does not name stays: Cloudflare's clients leave out what they do not know of.
 * @throws {HttpProblem} as {@link parseTokenInput}.
 */
export function parseTokenChanges(accountId: string, body: TokenChanges): AccountTokenChanges {
  refuseRestrictions(body);
  if (body.status !== undefined && body.status !== 'active') {
    const description = 'A token cannot be disabled. Delete it, or give it another expires_on.';
    throw new HttpProblem('unsupported_restriction', { description, pointer: '/status' });
  }
  const { name, expires_on: expiresOn } = body;
  return {
    name,
    permissions: parsePermissions(accountId, body),
    expiresAt: typeof expiresOn === 'string' ? parseExpiry(expiresOn) : expiresOn,
  };
}

function refuseRestrictions(body: Pick<TokenBody, 'condition' | 'not_before'>): void {
  for (const restriction of ['condition', 'not_before'] as const) {
    if (body[restriction] !== undefined) {
      throw new HttpProblem('unsupported_restriction', { pointer: `/${restriction}` });
    }
  }
}

function parsePermissions(
  accountId: string,
  { permissions, policies }: Pick<TokenBody, 'permissions' | 'policies'>,
): readonly Permission[] | undefined {
  if (policies === undefined) {
    return permissions;
  }
  if (permissions !== undefined) {
    const description = 'Give permissions or policies, not both.';
    throw new HttpProblem('invalid_permissions', { description, pointer: '/permissions' });
  }
  const own = ACCOUNT_RESOURCE + accountId;
  for (const [at, { resources = { [own]: '*' } }] of policies.entries()) {
    if (Object.entries(resources).some(([resource, scope]) => resource !== own || scope !== '*')) {
      const description = `A token is for all of its own account, so resources must be {"${own}": "*"}, or be left out.`;
      throw new HttpProblem('unsupported_restriction', { description, pointer: `/policies/${at}/resources` });
    }
  }
  return policies.flatMap(({ permission_groups: groups }, at) =>
    groups.map((group, of) => {
      const permission = findPermission(group);
      if (permission === undefined) {
        const description =
          'There is no such permission group. GET …/tokens/permission_groups lists those that there are.';
        throw new HttpProblem('invalid_permissions', {
          description,
          pointer: `/policies/${at}/permission_groups/${of}`,
        });
      }
      return permission;
    }),
  );
}

function parseExpiry(expiresOn: string): UnixMs {
  const moment = parseRfc3339(expiresOn);
  if (moment === undefined) {
    throw new HttpProblem('invalid_expires_on', { pointer: '/expires_on' });
  }
  return moment;
}

import type { Static } from 'typebox';
import type { UnixMs } from '../../base/clock.ts';
import type { AccountTokenInput } from '../../control/create-account-token.ts';
import { HttpProblem } from '../problem.ts';
import { parseRfc3339 } from '../rfc3339.ts';
import type { tokenBody } from './token-schemas.ts';

type TokenBody = Static<typeof tokenBody>;

/** How Cloudflare names an account where a policy says what it is about. */
export const ACCOUNT_RESOURCE = 'com.cloudflare.api.account.';

/**
 * What is asked for by the body of a request to make a token, whichever of the two forms it has. What a policy
 * restricts and we would not enforce is refused, since the token would be wider than its maker thinks.
 * @throws {HttpProblem} `invalid_permissions`, `invalid_expires_on`, `unsupported_restriction`.
 */
export function parseTokenInput(accountId: string, body: TokenBody): AccountTokenInput {
  for (const restriction of ['condition', 'not_before'] as const) {
    if (body[restriction] !== undefined) {
      throw new HttpProblem('unsupported_restriction', { pointer: `/${restriction}` });
    }
  }
  const { name, expires_on: expiresOn } = body;
  return {
    name,
    permissions: parsePermissions(accountId, body),
    expiresAt: expiresOn === undefined ? undefined : parseExpiry(expiresOn),
  };
}

function parsePermissions(accountId: string, { permissions, policies }: TokenBody): readonly string[] {
  if (policies === undefined) {
    return permissions ?? [];
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
  return policies.flatMap((policy) => policy.permission_groups.map((group) => group.name));
}

function parseExpiry(expiresOn: string): UnixMs {
  const moment = parseRfc3339(expiresOn);
  if (moment === undefined) {
    throw new HttpProblem('invalid_expires_on', { pointer: '/expires_on' });
  }
  return moment;
}

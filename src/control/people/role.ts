import type { AccountId } from '../../contract/ids.ts';
import { ControlError } from '../errors.ts';
import { parseAccountId } from '../parse-ids.ts';
import { PERMISSIONS, type Permission } from '../permission.ts';

/** What people may be, each more than the one before. */
export const ROLES = ['viewer', 'operator', 'owner'] as const;

export type Role = (typeof ROLES)[number];

/** In place of an account's id: every account, also those that are made later. */
export const EVERY_ACCOUNT = '*';

export interface PersonRole {
  readonly accountId: AccountId | typeof EVERY_ACCOUNT;
  readonly role: Role;
}

/** What a role may do in its account, in the words of tokens. An owner may also do what no token can. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['Calls Read', 'Account Analytics Read'],
  operator: PERMISSIONS,
  owner: PERMISSIONS,
};

/** The highest role in this account; undefined for a stranger there. */
export function roleIn(roles: readonly PersonRole[], accountId: string): Role | undefined {
  const ranks = roles
    .filter((one) => one.accountId === EVERY_ACCOUNT || one.accountId === accountId)
    .map(({ role }) => ROLES.indexOf(role));
  return ranks.length === 0 ? undefined : ROLES[Math.max(...ranks)];
}

/** Whether this is an owner of every account, who may do what the installation's admin token may. */
export function isInstallationOwner(roles: readonly PersonRole[]): boolean {
  return roles.some(({ accountId, role }) => accountId === EVERY_ACCOUNT && role === 'owner');
}

/** Whether some account has a lower role in `after` than in `before`. */
export function isDemotion(before: readonly PersonRole[], after: readonly PersonRole[]): boolean {
  return before.some(({ accountId, role }) => {
    const remaining = roleIn(after, accountId);
    return remaining === undefined || ROLES.indexOf(remaining) < ROLES.indexOf(role);
  });
}

/**
 * Roles as a request gives them, one for each account.
 * @throws {ControlError} `invalid-roles`.
 */
export function parseRoles(
  input: readonly { readonly account_id: string; readonly role: string }[],
): readonly PersonRole[] {
  const roles = input.map(({ account_id: accountId, role }) => {
    const isAccount = accountId === EVERY_ACCOUNT || parseAccountId(accountId) !== undefined;
    if (!isAccount || !(ROLES as readonly string[]).includes(role)) {
      throw invalidRoles();
    }
    return { accountId, role } as PersonRole;
  });
  if (roles.length === 0 || new Set(roles.map(({ accountId }) => accountId)).size !== roles.length) {
    throw invalidRoles();
  }
  return roles;
}

function invalidRoles(): ControlError {
  return new ControlError(
    'invalid-roles',
    'A person needs at least one role, and at most one for each account: owner, operator or viewer, with the ' +
      "account's id or * for every account.",
    '/roles',
  );
}

import { isPermission, PERMISSIONS, type Permission } from '../../control/permission.ts';

/** A permission as Cloudflare lists it, for the policies of tokens to name. */
export interface PermissionGroup {
  readonly id: string;
  readonly name: Permission;
  readonly scopes: readonly [typeof GROUP_SCOPE];
}

/** What a policy is about: an account. */
export const GROUP_SCOPE = 'com.cloudflare.api.account';

/** Cloudflare's public identifiers, which are the same for everybody there: programs have them in their sources. */
const IDS: Readonly<Record<Permission, string>> = {
  'Calls Read': '686ab9a8b3854f25a1474f302d14b68d',
  'Calls Write': 'b711942448db4b0aace44d1312f9fdb0',
  'Account Analytics Read': 'b89a480218d04ceb98b4fe57ca29dc1f',
};

export const PERMISSION_GROUPS: readonly PermissionGroup[] = PERMISSIONS.map(describeGroup);

export function describeGroup(name: Permission): PermissionGroup {
  return { id: IDS[name], name, scopes: [GROUP_SCOPE] };
}

/**
 * The permission that a policy names, by the group's identifier or by its name. An identifier that is none of these is
 * ignored where there is a name; two that contradict each other name nothing.
 */
export function findPermission(group: { readonly id?: string; readonly name?: string }): Permission | undefined {
  const byId = PERMISSIONS.find((permission) => IDS[permission] === group.id);
  const byName = isPermission(group.name) ? group.name : undefined;
  const isContradictory = byId !== undefined && byName !== undefined && byId !== byName;
  return isContradictory ? undefined : (byId ?? byName);
}

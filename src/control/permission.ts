/** What a token of an account may do there, by Cloudflare's names. */
export const PERMISSIONS = ['Calls Read', 'Calls Write', 'Account Analytics Read'] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** The permissions that contain another one: as at Cloudflare, who may write may read. */
const CONTAINED_IN: Readonly<Record<Permission, Permission | undefined>> = {
  'Calls Read': 'Calls Write',
  'Calls Write': undefined,
  'Account Analytics Read': undefined,
};

export function isPermission(value: unknown): value is Permission {
  return (PERMISSIONS as readonly unknown[]).includes(value);
}

/** Whether who holds `held` may do what needs `permission`. */
export function includesPermission(held: readonly Permission[], permission: Permission): boolean {
  const wider = CONTAINED_IN[permission];
  return held.includes(permission) || (wider !== undefined && held.includes(wider));
}

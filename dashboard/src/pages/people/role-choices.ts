import type { Role } from '../../api/session.ts';

/** The roles, with what each may do. */
export const ROLE_CHOICES: readonly (readonly [Role, string])[] = [
  ['owner', 'Owner: everything, people and settings too'],
  ['operator', 'Operator: keys, limits and credentials'],
  ['viewer', 'Viewer: sees, and changes nothing'],
];

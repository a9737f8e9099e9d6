import { ControlError } from './errors.ts';
import { isPermission, PERMISSIONS, type Permission } from './permission.ts';

/**
 * A token's permissions as a request gives them, in one order and each once.
 * @throws {ControlError} `invalid-permissions`.
 */
export function parseTokenPermissions(values: readonly unknown[]): readonly Permission[] {
  if (values.length === 0 || !values.every(isPermission)) {
    throw new ControlError(
      'invalid-permissions',
      `A token needs at least one permission, and the permissions are: ${PERMISSIONS.join(', ')}.`,
      '/permissions',
    );
  }
  return PERMISSIONS.filter((permission) => values.includes(permission));
}

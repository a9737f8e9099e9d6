import { PEOPLE_MAX } from '../../base/limits.ts';
import { ControlError } from '../errors.ts';
import type { StoreSession } from '../ports.ts';
import type { StoredPerson } from './person.ts';
import { isInstallationOwner } from './role.ts';

/**
 * Refuses to take away the last person who owns the installation and can sign in.
 * @param leaving the person as they are.
 * @throws {ControlError} `last-owner`.
 */
export async function requireOtherOwner({ people }: StoreSession, leaving: StoredPerson): Promise<void> {
  if (!ownsInstallation(leaving)) {
    return;
  }
  const all = await people.list(0, PEOPLE_MAX);
  if (!all.some((one) => one.person.id !== leaving.person.id && ownsInstallation(one))) {
    throw new ControlError(
      'last-owner',
      'Nobody else who can sign in owns the installation. Make another person an owner of every account first.',
    );
  }
}

function ownsInstallation({ person, passwordHash, passkeyCount }: StoredPerson): boolean {
  return isInstallationOwner(person.roles) && (passwordHash !== undefined || passkeyCount > 0);
}

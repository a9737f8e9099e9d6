import { ControlError } from '../errors.ts';
import type { StoreSession } from '../ports.ts';
import type { StoredPerson } from './person.ts';

/**
 * The person of an id from a URL, or of a session.
 * @throws {ControlError} `person-not-found`.
 */
export async function requireAnyPerson(session: Pick<StoreSession, 'people'>, id: string): Promise<StoredPerson> {
  const found = await session.people.find(id);
  if (found === undefined) {
    throw new ControlError('person-not-found', 'There is no person with this identifier.');
  }
  return found;
}

import { type PageRequest, parsePageRequest } from '../page-request.ts';
import type { ControlPorts } from '../ports.ts';
import type { StoredPerson } from './person.ts';

export interface PeoplePage {
  /** Oldest first. */
  readonly people: readonly StoredPerson[];
  /** On all pages together. */
  readonly totalCount: number;
}

/**
 * One page of the people, those who were only invited included.
 * @throws {ControlError} `invalid-page`.
 */
export async function listPeople({ store }: ControlPorts, input: PageRequest): Promise<PeoplePage> {
  const { offset, limit } = parsePageRequest(input);
  return store.view(async ({ people }) => ({
    people: await people.list(offset, limit),
    totalCount: await people.count(),
  }));
}

import { hashToken } from './api-token.ts';
import type { ConnectionTest } from './connection-test.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts, StoreSession, TurnKey } from './ports.ts';

/** A connection test, and the live key that it is run with. */
export interface LinkedTest {
  readonly test: ConnectionTest;
  readonly key: TurnKey;
}

/**
 * The connection test whose link has this token. Whether there ever was one is not told.
 *
 * @param graceMs how long the link is good after it has expired.
 * @throws {ControlError} `connection-test-ended`.
 */
export async function findLinkedTest(
  { hashes, clock }: ControlPorts,
  session: StoreSession,
  token: string,
  graceMs: number,
): Promise<LinkedTest> {
  const test = await session.connectionTests.findByHash(hashToken(hashes, token));
  const stored = test && (await session.keys.find(test.keyUid));
  if (test === undefined || stored === undefined || clock.unixNow() >= test.expiresAt + graceMs) {
    throw new ControlError(
      'connection-test-ended',
      'This link is not good, or not any more. Ask whoever sent it for another one.',
      '/token',
    );
  }
  return { test, key: stored.key };
}

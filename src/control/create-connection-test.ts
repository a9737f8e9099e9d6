import type { UnixMs } from '../base/clock.ts';
import {
  CONNECTION_TEST_SECONDS_DEFAULT,
  CONNECTION_TEST_SECONDS_MAX,
  CONNECTION_TEST_SECONDS_MIN,
  CONNECTION_TESTS_PER_ACCOUNT_MAX,
} from '../base/limits.ts';
import type { Actor } from './actor.ts';
import { generateId, generateToken, hashToken } from './api-token.ts';
import type { ConnectionTest } from './connection-test.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireKey } from './require-key.ts';
import { formatRfc3339 } from './rfc3339.ts';

/** What a request asks of a connection test, as it was given. */
export interface ConnectionTestInput {
  readonly keyUid: string;
  readonly expiresInSeconds?: unknown;
}

export interface CreatedConnectionTest {
  readonly test: ConnectionTest;
  /** What the link holds. Nobody can read it again. */
  readonly token: string;
}

/**
 * Makes a connection test, which whoever has its link may run.
 * @throws {ControlError} `account-not-found`, `key-not-found`, `invalid-expires-in`, `connection-test-limit-reached`.
 */
export async function createConnectionTest(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  input: ConnectionTestInput,
): Promise<CreatedConnectionTest> {
  const expiresInSeconds = parseExpiresIn(input.expiresInSeconds);
  const now = ports.clock.unixNow();
  const token = generateToken(ports.random);
  const test = await ports.store.transact(async (session) => {
    const key = await requireKey(session, accountId, input.keyUid);
    const count = await session.connectionTests.count(key.accountId);
    if (count >= CONNECTION_TESTS_PER_ACCOUNT_MAX) {
      throw new ControlError(
        'connection-test-limit-reached',
        `The account has ${count} connection tests, as many as it may have; delete one first.`,
      );
    }
    const created: ConnectionTest = {
      id: generateId(ports.random),
      accountId: key.accountId,
      keyUid: key.uid,
      createdAt: now,
      expiresAt: (now + expiresInSeconds * 1000) as UnixMs,
      uses: 0,
      lastOpenedAt: undefined,
      results: 0,
    };
    await session.connectionTests.insert(created, hashToken(ports.hashes, token));
    const details = { turn_key: key.uid, expires_on: formatRfc3339(created.expiresAt) };
    const deed = {
      action: 'connection_test_create',
      accountId: key.accountId,
      resourceId: created.id,
      details,
    } as const;
    await recordAudit(session, by, deed, now);
    return created;
  });
  return { test, token };
}

function parseExpiresIn(value: unknown): number {
  if (value === undefined) {
    return CONNECTION_TEST_SECONDS_DEFAULT;
  }
  const isWhole = typeof value === 'number' && Number.isInteger(value);
  if (!isWhole || value < CONNECTION_TEST_SECONDS_MIN || value > CONNECTION_TEST_SECONDS_MAX) {
    throw new ControlError(
      'invalid-expires-in',
      `expires_in must be a whole number of seconds from ${CONNECTION_TEST_SECONDS_MIN} to ${CONNECTION_TEST_SECONDS_MAX}.`,
      '/expires_in',
    );
  }
  return value;
}

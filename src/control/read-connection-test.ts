import type { ConnectionTest, ConnectionTestResult } from './connection-test.ts';
import type { ControlPorts } from './ports.ts';
import { requireConnectionTest } from './require-connection-test.ts';

export interface ConnectionTestDetail {
  readonly test: ConnectionTest;
  /** In the order in which they came. */
  readonly results: readonly ConnectionTestResult[];
}

/**
 * A connection test of an account with its results.
 * @throws {ControlError} `account-not-found`, `connection-test-not-found`.
 */
export function readConnectionTest(ports: ControlPorts, accountId: string, id: string): Promise<ConnectionTestDetail> {
  return ports.store.view(async (session) => {
    const test = await requireConnectionTest(session, accountId, id);
    return { test, results: await session.connectionTests.listResults(test.id) };
  });
}

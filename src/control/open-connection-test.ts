import { CONNECTION_TEST_CREDENTIAL_SECONDS, CONNECTION_TEST_USES_MAX } from '../base/limits.ts';
import { connectionTestIdentifier } from './connection-test-identifier.ts';
import { ControlError } from './errors.ts';
import { findLinkedTest } from './find-linked-test.ts';
import { type IssuedCredential, issueCredential } from './issue-credential.ts';
import type { ControlPorts } from './ports.ts';

/**
 * Opens the link of a connection test: whoever has it gets a credential of a few minutes.
 * @throws {ControlError} `connection-test-ended`, `connection-test-used-up`.
 */
export function openConnectionTest(ports: ControlPorts, token: string): Promise<IssuedCredential> {
  return ports.store.transact(async (session) => {
    const { test, key } = await findLinkedTest(ports, session, token, 0);
    if (test.uses >= CONNECTION_TEST_USES_MAX) {
      throw new ControlError(
        'connection-test-used-up',
        `This link was opened ${test.uses} times, as often as it may be. Ask whoever sent it for another one.`,
      );
    }
    await session.connectionTests.noteUse(test.id, ports.clock.unixNow());
    const customIdentifier = connectionTestIdentifier(test.id);
    return issueCredential(ports, key, { ttlSeconds: CONNECTION_TEST_CREDENTIAL_SECONDS, customIdentifier });
  });
}

import { utf8Length } from '../base/bytes.ts';
import {
  CONNECTION_TEST_ADDRESS_BYTES_MAX,
  CONNECTION_TEST_AGENT_BYTES_MAX,
  CONNECTION_TEST_CREDENTIAL_SECONDS,
  CONNECTION_TEST_ERROR_BYTES_MAX,
  CONNECTION_TEST_RESULT_BYTES_MAX,
  CONNECTION_TEST_RESULTS_MAX,
  CONNECTION_TEST_URL_BYTES_MAX,
} from '../base/limits.ts';
import type { ConnectionTestReport, PathReport } from './connection-test.ts';
import { ControlError } from './errors.ts';
import { findLinkedTest } from './find-linked-test.ts';
import type { ControlPorts } from './ports.ts';
import { isStorableText } from './storable-text.ts';

/**
 * Keeps what a browser says of a connection test. It may say so as long as the last credential of the link can live.
 * @throws {ControlError} `invalid-connection-test-result`, `connection-test-ended`, `connection-test-used-up`.
 */
export async function recordConnectionTestResult(
  ports: ControlPorts,
  token: string,
  report: ConnectionTestReport,
): Promise<void> {
  requireStorable(report);
  await ports.store.transact(async (session) => {
    const { test } = await findLinkedTest(ports, session, token, CONNECTION_TEST_CREDENTIAL_SECONDS * 1000);
    if (test.results >= CONNECTION_TEST_RESULTS_MAX) {
      throw new ControlError(
        'connection-test-used-up',
        `${test.results} results of this test are kept, as many as may be. Ask whoever sent the link for another one.`,
      );
    }
    await session.connectionTests.addResult(test.id, { receivedAt: ports.clock.unixNow(), report });
  });
}

function requireStorable(report: ConnectionTestReport): void {
  if (!isStorableText(report.user_agent, CONNECTION_TEST_AGENT_BYTES_MAX) || !report.paths.every(isStorablePath)) {
    throw new ControlError(
      'invalid-connection-test-result',
      `A text of the result is too long, or no text: an error has at most ${CONNECTION_TEST_ERROR_BYTES_MAX} bytes of UTF-8, a URL ` +
        `${CONNECTION_TEST_URL_BYTES_MAX}, an address ${CONNECTION_TEST_ADDRESS_BYTES_MAX}, and a user agent ${CONNECTION_TEST_AGENT_BYTES_MAX}.`,
      '/result',
    );
  }
  if (utf8Length(JSON.stringify(report)) > CONNECTION_TEST_RESULT_BYTES_MAX) {
    throw new ControlError(
      'invalid-connection-test-result',
      `A result has at most ${CONNECTION_TEST_RESULT_BYTES_MAX} bytes of JSON.`,
      '/result',
    );
  }
}

function isStorablePath({ url, error = '', candidates }: PathReport): boolean {
  return (
    isStorableText(url, CONNECTION_TEST_URL_BYTES_MAX) &&
    isStorableText(error, CONNECTION_TEST_ERROR_BYTES_MAX) &&
    candidates.every(({ address = '' }) => isStorableText(address, CONNECTION_TEST_ADDRESS_BYTES_MAX))
  );
}

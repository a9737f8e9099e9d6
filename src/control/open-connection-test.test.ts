import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  CONNECTION_TEST_CREDENTIAL_SECONDS,
  CONNECTION_TEST_RESULTS_MAX,
  CONNECTION_TEST_SECONDS_DEFAULT,
  CONNECTION_TEST_SECONDS_MAX,
  CONNECTION_TEST_USES_MAX,
  CONNECTION_TESTS_PER_ACCOUNT_MAX,
} from '../base/limits.ts';
import { decodeUsername } from '../contract/credential.ts';
import type { ConnectionTestReport } from './connection-test.ts';
import { ACCOUNT, BY, openTestControl } from './control.test-support.ts';
import { createConnectionTest } from './create-connection-test.ts';
import { createKey } from './create-key.ts';
import { deleteKey } from './delete-key.ts';
import { openConnectionTest } from './open-connection-test.ts';
import { readConnectionTest } from './read-connection-test.ts';
import { recordConnectionTestResult } from './record-connection-test-result.ts';

const ENDED = { code: 'connection-test-ended' };
const USED_UP = { code: 'connection-test-used-up' };
const REPORT: ConnectionTestReport = { user_agent: 'a browser', paths: [] };

async function openWithTest(context: TestContext) {
  const { ports, clock, close } = await openTestControl();
  context.after(close);
  const { key } = await createKey(ports, BY, ACCOUNT, {});
  const { test: made, token } = await createConnectionTest(ports, BY, ACCOUNT, { keyUid: key.uid });
  return { ports, clock, key, id: made.id, token };
}

test('a link gives a credential of five minutes, in the name of its test', async (context) => {
  const { ports, clock, key, id, token } = await openWithTest(context);
  const { username, expiresAt } = await openConnectionTest(ports, token);
  const claims = decodeUsername(ports.hashes, ports.installationKeys, username);
  assert.deepEqual([claims?.keyUid, claims?.customIdentifier], [key.uid, `connection-test-${id}`]);
  assert.equal(expiresAt, Math.ceil(clock.unixNow() / 1_000) * 1_000 + CONNECTION_TEST_CREDENTIAL_SECONDS * 1_000);
  const { test: opened } = await readConnectionTest(ports, ACCOUNT, id);
  assert.deepEqual([opened.uses, opened.lastOpenedAt], [1, clock.unixNow()]);
});

test('a link opens so many times, also when all come at once', async (context) => {
  const { ports, token } = await openWithTest(context);
  const opening = Array.from({ length: CONNECTION_TEST_USES_MAX + 1 }, () => openConnectionTest(ports, token));
  const refused = (await Promise.allSettled(opening)).filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 1);
  await assert.rejects(openConnectionTest(ports, token), USED_UP);
});

test('a link that has expired opens nothing, and takes results until its last credential has expired', async (context) => {
  const { ports, clock, token } = await openWithTest(context);
  clock.advance(CONNECTION_TEST_SECONDS_DEFAULT * 1_000 - 1);
  await openConnectionTest(ports, token);
  clock.advance(1);
  await assert.rejects(openConnectionTest(ports, token), ENDED);
  clock.advance(CONNECTION_TEST_CREDENTIAL_SECONDS * 1_000 - 1);
  await recordConnectionTestResult(ports, token, REPORT);
  clock.advance(1);
  await assert.rejects(recordConnectionTestResult(ports, token, REPORT), ENDED);
});

test('a wrong token, and one whose key was deleted, are told as one that has expired', async (context) => {
  const { ports, key, id, token } = await openWithTest(context);
  await assert.rejects(openConnectionTest(ports, 'f'.repeat(64)), ENDED);
  await assert.rejects(openConnectionTest(ports, id), ENDED, 'an identifier is no token');
  await deleteKey(ports, BY, ACCOUNT, key.uid);
  await assert.rejects(openConnectionTest(ports, token), ENDED);
  await assert.rejects(recordConnectionTestResult(ports, token, REPORT), ENDED);
});

test('so many results of one test are kept', async (context) => {
  const { ports, id, token } = await openWithTest(context);
  for (let i = 0; i < CONNECTION_TEST_RESULTS_MAX; i += 1) {
    await recordConnectionTestResult(ports, token, REPORT);
  }
  await assert.rejects(recordConnectionTestResult(ports, token, REPORT), USED_UP);
  assert.equal((await readConnectionTest(ports, ACCOUNT, id)).results.length, CONNECTION_TEST_RESULTS_MAX);
});

test('a result is as long as it may be in bytes, not in characters', async (context) => {
  const { ports, token } = await openWithTest(context);
  const send = (error: string, count = 1) => {
    const path = { url: 'turn:a', outcome: 'refused', candidates: [], error } as const;
    return recordConnectionTestResult(ports, token, { ...REPORT, paths: Array.from({ length: count }, () => path) });
  };
  const invalid = { code: 'invalid-connection-test-result', pointer: '/result' };
  await send('é'.repeat(100));
  await assert.rejects(send('é'.repeat(101)), invalid);
  await assert.rejects(send('\ud800'), invalid);
  // Each of these is one byte of UTF-8, and six of JSON.
  await assert.rejects(send('\u0001'.repeat(200), 15), invalid);
});

test('a link is good for seven days at most, and an account has so many', async (context) => {
  const { ports, key } = await openWithTest(context);
  for (const expiresInSeconds of [0, 59, 60.5, '60', CONNECTION_TEST_SECONDS_MAX + 1]) {
    const input = { keyUid: key.uid, expiresInSeconds };
    await assert.rejects(createConnectionTest(ports, BY, ACCOUNT, input), { code: 'invalid-expires-in' });
  }
  for (let made = 1; made < CONNECTION_TESTS_PER_ACCOUNT_MAX; made += 1) {
    await createConnectionTest(ports, BY, ACCOUNT, { keyUid: key.uid });
  }
  const oneMore = createConnectionTest(ports, BY, ACCOUNT, { keyUid: key.uid });
  await assert.rejects(oneMore, { code: 'connection-test-limit-reached' });
});

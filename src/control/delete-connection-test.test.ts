import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import {
  CONNECTION_TEST_AGE_MS_MAX,
  CONNECTION_TEST_CREDENTIAL_SECONDS,
  CONNECTION_TEST_SECONDS_DEFAULT,
} from '../base/limits.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl, readSnapshot, type TestControl } from './control.test-support.ts';
import { type CreatedConnectionTest, createConnectionTest } from './create-connection-test.ts';
import { createKey } from './create-key.ts';
import { deleteConnectionTest } from './delete-connection-test.ts';
import { openConnectionTest } from './open-connection-test.ts';
import type { TurnKey } from './ports.ts';
import { pruneStore } from './prune-store.ts';

describe('the end of a connection test', () => {
  let control: TestControl;
  let key: TurnKey;
  let created: CreatedConnectionTest;

  beforeEach(async () => {
    control = await openTestControl();
    ({ key } = await createKey(control.ports, BY, ACCOUNT, {}));
    created = await createConnectionTest(control.ports, BY, ACCOUNT, { keyUid: key.uid });
  });

  afterEach(() => control.close());

  const listRevocations = async () =>
    (await readSnapshot(control.ports)).filter(({ kind }) => kind === 'credentials-revoked');

  test('revokes the credentials that it gave, until the last of them has expired', async () => {
    const { ports, clock } = control;
    const { expiresAt } = await openConnectionTest(ports, created.token);
    clock.advance(1_000);
    await deleteConnectionTest(ports, BY, ACCOUNT, created.test.id);
    const [revocation, ...more] = await listRevocations();
    assert.deepEqual(more, []);
    assert.ok(revocation?.kind === 'credentials-revoked' && revocation.expiresAt >= expiresAt);
    assert.deepEqual(revocation, {
      kind: 'credentials-revoked',
      keyUid: key.uid,
      customIdentifier: `connection-test-${created.test.id}`,
      issuedBefore: clock.unixNow() + 1,
      expiresAt: clock.unixNow() - 1_000 + (CONNECTION_TEST_CREDENTIAL_SECONDS + 1) * 1_000,
    });
    await assert.rejects(openConnectionTest(ports, created.token), { code: 'connection-test-ended' });
  });

  test('revokes nothing where nothing is left to be revoked', async () => {
    const { ports, clock } = control;
    const unopened = await createConnectionTest(ports, BY, ACCOUNT, { keyUid: key.uid });
    await deleteConnectionTest(ports, BY, ACCOUNT, unopened.test.id);
    await openConnectionTest(ports, created.token);
    clock.advance((CONNECTION_TEST_CREDENTIAL_SECONDS + 1) * 1_000);
    await deleteConnectionTest(ports, BY, ACCOUNT, created.test.id);
    assert.deepEqual(await listRevocations(), []);
  });

  test('is not for another account, and comes once', async () => {
    const { ports } = control;
    const { id } = created.test;
    const missing = { code: 'connection-test-not-found' };
    await assert.rejects(deleteConnectionTest(ports, BY, OTHER_ACCOUNT, id), missing);
    await deleteConnectionTest(ports, BY, ACCOUNT, id);
    await assert.rejects(deleteConnectionTest(ports, BY, ACCOUNT, id), missing);
  });

  test('comes by itself, thirty days after its link has expired', async () => {
    const { ports, clock } = control;
    clock.advance(CONNECTION_TEST_SECONDS_DEFAULT * 1_000 + CONNECTION_TEST_AGE_MS_MAX);
    assert.equal((await pruneStore(ports)).connectionTests, 0);
    clock.advance(1);
    assert.equal((await pruneStore(ports)).connectionTests, 1);
  });
});

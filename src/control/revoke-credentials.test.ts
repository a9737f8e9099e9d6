import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import { REVOKED_IDENTIFIERS_PER_KEY_MAX } from '../base/limits.ts';
import { ACCOUNT, BY, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { revokeCredentials } from './revoke-credentials.ts';

const HOUR_MS = 3_600_000;

async function open(context: TestContext) {
  const control = await openTestControl({ maxTtlSeconds: 60, longestTtlSeconds: 3_600 });
  context.after(control.close);
  const { ports, clock } = control;
  const { key } = await createKey(ports, BY, ACCOUNT, {});
  const now = clock.unixNow();
  const lastChange = async () => (await ports.store.changeLog.readAfter(1, 100))?.at(-1)?.change;
  return { ports, clock, key, now, lastChange };
}

describe('revokeCredentials', () => {
  test('of one custom identifier: all that were issued so far', async (context) => {
    const { ports, key, now, lastChange } = await open(context);
    await revokeCredentials(ports, BY, key, { customIdentifier: 'me' });
    assert.deepEqual(await lastChange(), {
      kind: 'credentials-revoked',
      keyUid: key.uid,
      customIdentifier: 'me',
      issuedBefore: now + 1,
      expiresAt: now + 1 + HOUR_MS + 1_000,
    });
  });

  test('issued before a moment, and of one custom identifier before a moment', async (context) => {
    const { ports, key, now, lastChange } = await open(context);
    const issuedBefore = (now - 5_000) as UnixMs;
    const expiresAt = issuedBefore + HOUR_MS + 1_000;
    const change = { kind: 'credentials-revoked', keyUid: key.uid, issuedBefore, expiresAt };
    await revokeCredentials(ports, BY, key, { issuedBefore });
    assert.deepEqual(await lastChange(), { ...change, customIdentifier: null });
    await revokeCredentials(ports, BY, key, { issuedBefore, customIdentifier: 'me' });
    assert.deepEqual(await lastChange(), { ...change, customIdentifier: 'me' });
  });

  test('with a moment in the future spares what will be issued', async (context) => {
    const { ports, key, now, lastChange } = await open(context);
    await revokeCredentials(ports, BY, key, { issuedBefore: (now + HOUR_MS) as UnixMs });
    assert.partialDeepStrictEqual(await lastChange(), { issuedBefore: now + 1 });
  });

  test('changes nothing when all of it has expired, or an earlier call covered it', async (context) => {
    const { ports, key, now } = await open(context);
    await revokeCredentials(ports, BY, key, { issuedBefore: 0 as UnixMs });
    await revokeCredentials(ports, BY, key, { issuedBefore: (now - HOUR_MS - 1_000) as UnixMs });
    assert.equal(await ports.store.changeLog.lastSeq(), 1);
    await revokeCredentials(ports, BY, key, { issuedBefore: now });
    await revokeCredentials(ports, BY, key, { issuedBefore: (now - 1) as UnixMs });
    await revokeCredentials(ports, BY, key, { issuedBefore: now });
    assert.equal(await ports.store.changeLog.lastSeq(), 2);
  });

  test('refuses one custom identifier more than every worker can know, and nothing else', async (context) => {
    const { ports, key, now } = await open(context);
    await ports.store.transact(async (session) => {
      for (let i = 0; i < REVOKED_IDENTIFIERS_PER_KEY_MAX; i += 1) {
        const revocation = { kind: 'credentials-revoked', keyUid: key.uid, customIdentifier: `user ${i}` } as const;
        const moments = { issuedBefore: now, expiresAt: (now + HOUR_MS) as UnixMs };
        await session.revocations.put({ ...revocation, ...moments }, now);
      }
    });
    const seq = await ports.store.changeLog.lastSeq();
    await assert.rejects(revokeCredentials(ports, BY, key, { customIdentifier: 'one more' }), {
      code: 'revocation-limit-reached',
      message: /nothing was revoked/,
    });
    assert.equal(await ports.store.changeLog.lastSeq(), seq);
    await revokeCredentials(ports, BY, key, { customIdentifier: 'user 7' });
    await revokeCredentials(ports, BY, key, { issuedBefore: now });
    assert.equal(await ports.store.changeLog.lastSeq(), seq + 2);
  });

  test('refuses to guess', async (context) => {
    const { ports, key } = await open(context);
    await assert.rejects(revokeCredentials(ports, BY, key, {}), { code: 'nothing-to-revoke' });
    for (const customIdentifier of ['', 'x'.repeat(65), 5, null]) {
      await assert.rejects(revokeCredentials(ports, BY, key, { customIdentifier }), {
        code: 'invalid-custom-identifier',
      });
    }
    for (const moment of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      const input = { issuedBefore: moment as UnixMs };
      await assert.rejects(revokeCredentials(ports, BY, key, input), { code: 'invalid-issued-before' });
    }
    assert.equal(await ports.store.changeLog.lastSeq(), 1);
  });
});

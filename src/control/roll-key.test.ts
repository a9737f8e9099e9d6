import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticateKey } from './authenticate-key.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { issueCredential } from './issue-credential.ts';
import { revokeCredential } from './revoke-credential.ts';
import { rollKey } from './roll-key.ts';

test('the former token is good until the millisecond of its end, remembered or not', async (context) => {
  const { ports, clock, close } = await openTestControl();
  context.after(close);
  const { key, token: first } = await createKey(ports, BY, ACCOUNT, {});
  const isGood = async (token: string) => (await authenticateKey(ports, key.uid, token)) !== undefined;
  clock.advance(5);
  const rolled = await rollKey(ports, BY, ACCOUNT, key.uid, { overlapSeconds: 2 });
  assert.deepEqual(rolled.key, { ...key, modifiedAt: clock.unixNow() });
  assert.equal(rolled.previousValidUntil, clock.unixNow() + 2_000);
  clock.advance(1_999);
  assert.deepEqual([await isGood(first), await isGood(rolled.token)], [true, true]);
  assert.notEqual(ports.verifiedKeys.find(key.uid, clock.now()), undefined);
  clock.advance(1);
  assert.deepEqual([await isGood(first), await isGood(rolled.token)], [false, true]);
});

test('rolling again ends the older token at once, and leaves two', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const { key, token: first } = await createKey(ports, BY, ACCOUNT, {});
  const { token: second } = await rollKey(ports, BY, ACCOUNT, key.uid, {});
  for (const token of [first, second]) {
    assert.notEqual(await authenticateKey(ports, key.uid, token), undefined);
  }
  const { token: third } = await rollKey(ports, BY, ACCOUNT, key.uid, {});
  assert.equal(await authenticateKey(ports, key.uid, first), undefined);
  for (const token of [second, third]) {
    assert.notEqual(await authenticateKey(ports, key.uid, token), undefined);
  }
});

test('credentials that were issued stay the key’s, and relays learn nothing new', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const { key } = await createKey(ports, BY, ACCOUNT, {});
  const { username } = issueCredential(ports, key, {});
  const { token, key: rolledKey } = await rollKey(ports, BY, ACCOUNT, key.uid, { overlapSeconds: 0 });
  const live = { kind: 'key-live', keyUid: key.uid, accountId: ACCOUNT };
  assert.deepEqual(await ports.store.changeLog.readAfter(0, 10), [
    { seq: 1, change: live },
    { seq: 2, change: live },
  ]);
  const bearer = await authenticateKey(ports, key.uid, token);
  assert.deepEqual(bearer, rolledKey);
  await revokeCredential(ports, BY, rolledKey, username);
});

test('what cannot be rolled is refused, and leaves the token as it was', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const { key, token } = await createKey(ports, BY, ACCOUNT, {});
  const refused = (account: string, uid: string, overlapSeconds: unknown, code: string) =>
    assert.rejects(rollKey(ports, BY, account, uid, { overlapSeconds }), { code });
  await refused(OTHER_ACCOUNT, key.uid, 0, 'key-not-found');
  await refused(ACCOUNT, '0'.repeat(32), 0, 'key-not-found');
  await refused('nobody', key.uid, 0, 'account-not-found');
  for (const overlap of [-1, 0.5, 2_592_001, '60', null]) {
    await refused(ACCOUNT, key.uid, overlap, 'invalid-overlap');
  }
  assert.notEqual(await authenticateKey(ports, key.uid, token), undefined);
});

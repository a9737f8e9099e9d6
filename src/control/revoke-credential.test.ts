import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Change } from '../contract/change.ts';
import { deriveInstallationKeys } from '../contract/credential.ts';
import { ACCOUNT, BY, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { issueCredential } from './issue-credential.ts';
import { revokeCredential } from './revoke-credential.ts';

describe('revokeCredential', () => {
  test('records the revocation with its change, and tells the relays', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    const { username, expiresAt } = issueCredential(ports, key, { ttlSeconds: 60 });
    const hints: number[] = [];
    ports.bus.subscribe((hint) => hints.push(hint.seq));
    await revokeCredential(ports, BY, key, username);
    const change = { kind: 'username-revoked', keyUid: key.uid, username, expiresAt } as const;
    assert.deepEqual(await ports.store.changeLog.readAfter(1, 10), [{ seq: 2, change }]);
    const held: Change[] = [];
    await ports.store.changeLog.snapshot(ports.clock.unixNow(), (changes) => held.push(...changes));
    assert.deepEqual(held[1], change);
    assert.deepEqual(hints, [2]);
  });

  test('happens once, however often and however many ask', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    const { username } = issueCredential(ports, key, {});
    await Promise.all([1, 2, 3].map(() => revokeCredential(ports, BY, key, username)));
    await revokeCredential(ports, BY, key, username);
    assert.equal(await ports.store.changeLog.lastSeq(), 2);
  });

  test('of what has expired changes nothing', async (context) => {
    const { ports, clock, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    const { username } = issueCredential(ports, key, { ttlSeconds: 1 });
    clock.advance(2_000);
    await revokeCredential(ports, BY, key, username);
    assert.equal(await ports.store.changeLog.lastSeq(), 1);
  });

  test('refuses a username that this key did not issue', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    const { key: other } = await createKey(ports, BY, ACCOUNT, {});
    const { username } = issueCredential(ports, key, {});
    const strange = deriveInstallationKeys(ports.hashes, new Uint8Array(32).fill(9));
    const { username: foreign } = issueCredential({ ...ports, installationKeys: [strange] }, key, {});
    const refused = { name: 'ControlError', code: 'username-not-found' };
    await assert.rejects(revokeCredential(ports, BY, other, username), refused);
    for (const text of [foreign, '', 'a', '0'.repeat(96), username.toUpperCase(), `${username}00`, '\ud800']) {
      await assert.rejects(revokeCredential(ports, BY, key, text), refused);
    }
    assert.equal(await ports.store.changeLog.lastSeq(), 2);
  });

  test('knows usernames of a former master secret', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    const { username } = issueCredential(ports, key, {});
    const current = deriveInstallationKeys(ports.hashes, new Uint8Array(32).fill(9));
    await revokeCredential({ ...ports, installationKeys: [current, ...ports.installationKeys] }, BY, key, username);
    assert.equal(await ports.store.changeLog.lastSeq(), 2);
  });
});

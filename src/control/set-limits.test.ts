import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Change } from '../contract/change.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl, readSnapshot, type TestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { deleteKey } from './delete-key.ts';
import { readLimits } from './read-limits.ts';
import { resetLimits, setLimits } from './set-limits.ts';

const ofAccount = { accountId: ACCOUNT };

async function open(
  context: TestContext,
): Promise<TestControl & { readonly ofKey: { accountId: string; keyUid: string } }> {
  const control = await openTestControl();
  context.after(control.close);
  const { key } = await createKey(control.ports, BY, ACCOUNT, {});
  return { ...control, ofKey: { accountId: ACCOUNT, keyUid: key.uid } };
}

async function lastChange({ ports }: TestControl): Promise<Change | undefined> {
  const seq = await ports.store.changeLog.lastSeq();
  return (await ports.store.changeLog.readAfter(seq - 1, 1))?.[0]?.change;
}

describe('limits', () => {
  test('are the defaults, and say so', async (context) => {
    const { ports, ofKey } = await open(context);
    const { limits } = await readLimits(ports, ofKey);
    assert.deepEqual(limits.allocationsPerCredential, { value: 1_000, source: 'default' });
    assert.equal(limits.allocationsPerAccount, undefined);
    assert.deepEqual((await readLimits(ports, ofAccount)).limits.allocationsPerAccount, {
      value: 0,
      source: 'default',
    });
  });

  test('of an account hold for its keys, of a key for itself, and null gives one up', async (context) => {
    const control = await open(context);
    const { ports, ofKey } = control;
    const perKey = async () => (await readLimits(ports, ofKey)).limits.allocationsPerKey;
    await setLimits(ports, BY, ofAccount, { allocations_per_key: 50, allocation_packets_per_second: 100 });
    assert.deepEqual(await perKey(), { value: 50, source: 'account' });
    await setLimits(ports, BY, ofKey, { allocations_per_key: 20 });
    assert.deepEqual(await perKey(), { value: 20, source: 'key' });
    assert.deepEqual(await lastChange(control), {
      kind: 'key-limits',
      keyUid: ofKey.keyUid,
      limits: { allocationsPerKey: 20 },
    });
    await setLimits(ports, BY, ofAccount, { allocations_per_key: 10 });
    assert.deepEqual(await perKey(), { value: 10, source: 'account' });
    await setLimits(ports, BY, ofAccount, { allocations_per_key: null });
    assert.deepEqual(await perKey(), { value: 20, source: 'key' });
    assert.deepEqual(await lastChange(control), {
      kind: 'account-limits',
      accountId: ACCOUNT,
      limits: { allocationPacketsPerSecond: 100 },
    });
    await resetLimits(ports, BY, ofKey);
    assert.deepEqual(await perKey(), { value: 0, source: 'default' });
    assert.deepEqual(await lastChange(control), { kind: 'key-limits', keyUid: ofKey.keyUid, limits: {} });
  });

  test('are in the snapshot for whoever comes later', async (context) => {
    const { ports, ofKey } = await open(context);
    await setLimits(ports, BY, ofAccount, { allocations_per_key: 50 });
    await setLimits(ports, BY, ofKey, { allocations_per_key: 20 });
    await setLimits(ports, BY, { accountId: OTHER_ACCOUNT }, { allocations_per_key: 1 });
    await resetLimits(ports, BY, { accountId: OTHER_ACCOUNT });
    const changes = await readSnapshot(ports);
    assert.deepEqual(
      changes.filter(({ kind }) => kind.endsWith('limits')).toSorted((a, b) => a.kind.localeCompare(b.kind)),
      [
        { kind: 'account-limits', accountId: ACCOUNT, limits: { allocationsPerKey: 50 } },
        { kind: 'key-limits', keyUid: ofKey.keyUid, limits: { allocationsPerKey: 20 } },
      ],
    );
  });

  test('of a deleted key are no more', async (context) => {
    const { ports, ofKey } = await open(context);
    await setLimits(ports, BY, ofKey, { allocations_per_key: 20 });
    await deleteKey(ports, BY, ofKey.accountId, ofKey.keyUid);
    assert.deepEqual(await readSnapshot(ports), []);
    await assert.rejects(readLimits(ports, ofKey), { code: 'key-not-found' });
  });

  test('of a key are not above those of its account', async (context) => {
    const { ports, ofKey } = await open(context);
    await setLimits(ports, BY, ofAccount, { allocations_per_key: 50 });
    for (const value of [51, 0]) {
      await assert.rejects(setLimits(ports, BY, ofKey, { allocations_per_key: value }), {
        code: 'limit-above-account',
        pointer: '/allocations_per_key',
        message: /higher allocations_per_key than its account, which has 50/,
      });
    }
    await setLimits(ports, BY, ofKey, { allocations_per_key: 50 });
    await setLimits(ports, BY, ofAccount, { allocations_per_key: 40 });
    // Another limit of the key can be set, although this one is above what the account has now.
    await setLimits(ports, BY, ofKey, { allocations_per_credential: 3 });
  });

  for (const [what, path, input, message] of [
    ['an unknown name', ofAccount, { allocations: 1 }, /An account has no limit allocations\./],
    ['a fraction', ofAccount, { allocations_per_key: 1.5 }, /allocations_per_key must be a whole number from 0/],
    ['a text', ofAccount, { allocations_per_key: '1' }, /must be a whole number/],
    ['less than the least', ofAccount, { allocation_new_peers_burst: 0 }, /from 1 to/],
    [
      'a key’s limit of its account',
      { ...ofAccount, keyUid: 'f' },
      { allocations_per_account: 1 },
      /A TURN key has no/,
    ],
  ] as const) {
    test(`are not set to ${what}`, async (context) => {
      const { ports } = await open(context);
      await assert.rejects(setLimits(ports, BY, path, input), { code: 'invalid-limit', message });
    });
  }
});

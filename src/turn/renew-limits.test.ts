import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import { NO_LIMITS } from '../contract/limits.ts';
import { ACCOUNT, KEY, TurnScript } from './test-support/turn-script.ts';

const PEER = '8.8.8.8:9';
const CHANNEL = 0x4000;
const OTHER_KEY = 'f'.repeat(32) as KeyUid;
const OTHER_ACCOUNT = 'other' as AccountId;

/** How many of ten packets are relayed for a client, a second later. */
function begin() {
  const script = new TurnScript();
  script.server.applyChange({ kind: 'key-live', keyUid: OTHER_KEY, accountId: OTHER_ACCOUNT }, script.now);
  const alice = script.client('alice', '198.51.100.1:4000');
  const bob = script.client('bob', '198.51.100.2:4000', script.credential({ keyUid: OTHER_KEY }));
  for (const client of [alice, bob]) {
    client.mustAllocate();
    client.channelBind(CHANNEL, PEER);
  }
  const relayed = (): readonly number[] => {
    script.advance(1);
    const send = (client: typeof alice) =>
      Array.from({ length: 10 }, () => client.sendChannelData(CHANNEL, 'x').length).reduce((sum, one) => sum + one, 0);
    return [send(alice), send(bob)];
  };
  return { script, relayed };
}

test('limits of a key hold for its live allocations at once, and for no others', () => {
  const { script, relayed } = begin();
  assert.deepEqual(relayed(), [10, 10]);
  const limits = { allocationPacketsPerSecond: 3 };
  script.server.applyChange({ kind: 'key-limits', keyUid: KEY, limits }, script.now);
  assert.deepEqual(relayed(), [3, 10]);
  script.server.applyChange({ kind: 'key-limits', keyUid: KEY, limits: {} }, script.now);
  assert.deepEqual(relayed(), [10, 10]);
});

test('limits of an account hold for the live allocations of all its keys at once', () => {
  const { script, relayed } = begin();
  const limits = { allocationPacketsPerSecond: 3 };
  script.server.applyChange({ kind: 'account-limits', accountId: OTHER_ACCOUNT, limits }, script.now);
  assert.deepEqual(relayed(), [10, 3]);
  script.server.applyChange(
    { kind: 'key-limits', keyUid: OTHER_KEY, limits: { allocationPacketsPerSecond: 2 } },
    script.now,
  );
  assert.deepEqual(relayed(), [10, 2]);
  script.server.applyChange({ kind: 'account-limits', accountId: ACCOUNT, limits }, script.now);
  assert.deepEqual(relayed(), [3, 2]);
});

test('new defaults leave what is set for a key', () => {
  const { script, relayed } = begin();
  const limits = { allocationPacketsPerSecond: 3 };
  script.server.applyChange({ kind: 'key-limits', keyUid: KEY, limits }, script.now);
  script.server.setDefaultLimits({ ...NO_LIMITS, allocationPacketsPerSecond: 5 }, script.now);
  assert.deepEqual(relayed(), [3, 5]);
});

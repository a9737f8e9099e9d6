import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '../contract/ids.ts';
import { type AllocationRef, ROW_NUMBER, ROW_SERIAL } from '../contract/live-allocation.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { ACCOUNT, START, TurnScript, UNIX_START } from './test-support/turn-script.ts';

function begin(): { script: TurnScript; alice: ScriptClient; ref: AllocationRef } {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000', undefined, 'tcp');
  alice.mustAllocate();
  const query = { accountId: ACCOUNT, filter: {}, from: 0, rowsMax: 1, changedAfter: -1 };
  const { rows } = script.server.readAllocations(query, script.now);
  return { script, alice, ref: { number: rows[ROW_NUMBER] as number, serial: rows[ROW_SERIAL] as number } };
}

test('a whole description has every relay, permission and channel with its time', () => {
  const { script, alice, ref } = begin();
  script.advance(1);
  alice.channelBind(0x4001, '8.8.8.8:53');
  script.advance(1);
  alice.createPermission('9.9.9.9');
  const detail = script.server.describeAllocation(ref, ACCOUNT, script.now);
  assert.deepEqual(detail?.relays, [{ address: alice.relayed[0], expiresAt: UNIX_START + 600_000 }]);
  assert.deepEqual(detail?.permissions, [
    { peer: '9.9.9.9', expiresAt: UNIX_START + 302_000 },
    { peer: '8.8.8.8', expiresAt: UNIX_START + 301_000 },
  ]);
  assert.deepEqual(detail?.channels, [{ number: 0x4001, peer: '8.8.8.8:53', expiresAt: UNIX_START + 601_000 }]);
  assert.equal(detail?.record.peerCount, 2);
  assert.equal(detail?.traffic.ingressPackets, 3);
  assert.equal(script.now, START + 2_000);
});

test('what has run out is not told, though it waits to be used again', () => {
  const { script, alice, ref } = begin();
  alice.refresh(3_600);
  alice.channelBind(0x4001, '8.8.8.8:53');
  script.advance(601);
  const detail = script.server.describeAllocation(ref, ACCOUNT, script.now);
  assert.deepEqual([detail?.permissions, detail?.channels], [[], []]);
});

test('an allocation that has ended, or is of another account, is not told', () => {
  const { script, alice, ref } = begin();
  const describe = (wanted: AllocationRef, account = ACCOUNT) =>
    script.server.describeAllocation(wanted, account, script.now);
  assert.equal(describe(ref, 'other' as AccountId), undefined);
  assert.equal(describe({ ...ref, serial: ref.serial + 1 }), undefined);
  assert.equal(describe({ ...ref, number: ref.number + 1 }), undefined);
  assert.equal(describe({ ...ref, number: 0xffffff }), undefined);
  assert.notEqual(describe(ref), undefined);
  alice.refresh(0);
  assert.equal(describe(ref), undefined);
});

test('an operator ends one allocation, its connection with it, and never its successor', () => {
  const { script, alice, ref } = begin();
  const end = (account = ACCOUNT) =>
    script.act((server, now) => {
      ended = server.endAllocation(ref, account, now);
    });
  let ended: boolean | undefined;
  assert.deepEqual(end('other' as AccountId), []);
  assert.equal(ended, false);
  assert.deepEqual(end(), ['close 0', `disconnect ${alice.socket}`]);
  assert.equal(ended, true);
  assert.equal(script.count('allocations_ended_by_operator'), 1);
  alice.mustAllocate();
  assert.deepEqual(end(), []);
  assert.equal(ended, false);
  assert.equal(script.server.allocationCount, 1);
});

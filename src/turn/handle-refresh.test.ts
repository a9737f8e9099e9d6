import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPV4, IPV6 } from '../base/socket-address.ts';
import { ATTRIBUTE_LIFETIME, ATTRIBUTE_REQUESTED_ADDRESS_FAMILY } from '../stun/registry/attributes.ts';
import { METHOD_REFRESH } from '../stun/registry/methods.ts';
import type { AllocateWishes, ScriptClient } from './test-support/script-client.ts';
import { TurnScript } from './test-support/turn-script.ts';

function begin(wishes: AllocateWishes = {}): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate(wishes);
  return { script, alice };
}

for (const [proposed, granted] of [
  [undefined, 600],
  [1, 600],
  [1_200, 1_200],
  [9_999, 3_600],
] as const) {
  test(`a refresh with a lifetime of ${proposed ?? 'nothing'} grants ${granted} seconds from now`, () => {
    const { script, alice } = begin();
    script.advance(500);
    assert.deepEqual(alice.refresh(proposed), [`alice < refresh success lifetime=${granted} sha1`]);
    script.advance(granted - 0.001);
    assert.equal(script.server.allocationCount, 1);
    assert.deepEqual(script.advance(0.001), ['close 0']);
    assert.equal(script.server.allocationCount, 0);
    assert.equal(script.count('allocations_ended_expired'), 1);
  });
}

test('a lifetime of 0 ends the allocation at once', () => {
  const { script, alice } = begin();
  alice.channelBind(0x4000, '8.8.8.8:53');
  assert.deepEqual(alice.refresh(0), ['alice < refresh success lifetime=0 sha1', 'close 0']);
  assert.equal(script.server.allocationCount, 0);
  assert.equal(script.count('allocations_ended_by_client'), 1);
  assert.deepEqual(alice.sendChannelData(0x4000, 'late'), []);
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'late'), []);
  assert.equal(script.count('drop_no_allocation'), 1);
  assert.equal(script.count('drop_peer_no_relay'), 1);
});

test('a second deletion finds no allocation, which the client takes for success', () => {
  const { script, alice } = begin();
  alice.refresh(0);
  assert.deepEqual(alice.repeat(), ['alice < refresh error error=437 sha1']);
  assert.equal(script.count('rejected_no_allocation'), 1);
});

test('the 5-tuple is free for a new allocation then', () => {
  const { alice } = begin();
  alice.refresh(0);
  alice.mustAllocate();
});

test('a retransmission of a refresh refreshes again', () => {
  const { alice } = begin();
  assert.deepEqual(alice.refresh(900), ['alice < refresh success lifetime=900 sha1']);
  assert.deepEqual(alice.repeat(), ['alice < refresh success lifetime=900 sha1']);
});

test('a single allocation is refreshed by its family, and by no other', () => {
  const { alice } = begin();
  assert.deepEqual(alice.refresh(600, IPV4), ['alice < refresh success lifetime=600 sha1']);
  assert.deepEqual(alice.refresh(600, IPV6), ['alice < refresh error error=443 sha1']);
  assert.deepEqual(alice.refresh(0, IPV6), ['alice < refresh error error=443 sha1']);
});

test('an unknown family matches none', () => {
  const { alice } = begin();
  assert.deepEqual(
    alice.request(METHOD_REFRESH, (writer) => writer.addU32(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, 0x03000000)),
    ['alice < refresh error error=443 sha1'],
  );
});

for (const [name, type] of [
  ['LIFETIME', ATTRIBUTE_LIFETIME],
  ['REQUESTED-ADDRESS-FAMILY', ATTRIBUTE_REQUESTED_ADDRESS_FAMILY],
] as const) {
  test(`a malformed ${name} is a bad request`, () => {
    const { script, alice } = begin();
    assert.deepEqual(
      alice.request(METHOD_REFRESH, (writer) => writer.addBytes(type, Uint8Array.of(1))),
      ['alice < refresh error error=400 sha1'],
    );
    assert.equal(script.server.allocationCount, 1);
  });
}

test('what must be understood and is not is refused', () => {
  const { alice } = begin();
  assert.deepEqual(
    alice.request(METHOD_REFRESH, (writer) => writer.addU32(0x7001, 0)),
    ['alice < refresh error error=420 unknown=0x7001 sha1'],
  );
});

test('what is known but has no meaning here is ignored', () => {
  const { alice } = begin();
  assert.deepEqual(
    alice.request(METHOD_REFRESH, (writer) => {
      writer.addDontFragment();
      writer.addChannelNumber(1);
    }),
    ['alice < refresh success lifetime=600 sha1'],
  );
});

test('without an allocation there is nothing to refresh', () => {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.challenge();
  assert.deepEqual(alice.refresh(), ['alice < refresh error error=437 sha1']);
  assert.deepEqual(alice.createPermission('8.8.8.8'), ['alice < create-permission error error=437 sha1']);
  assert.deepEqual(alice.channelBind(0x4000, '8.8.8.8:1'), ['alice < channel-bind error error=437 sha1']);
  assert.equal(script.count('rejected_no_allocation'), 3);
});

test('a dual allocation is refreshed as a whole, or one family alone', () => {
  const { script, alice } = begin({ dual: true });
  script.advance(500);
  assert.deepEqual(alice.refresh(600, IPV6), ['alice < refresh success lifetime=600 sha1']);
  assert.deepEqual(script.advance(100), ['close 0']);
  assert.equal(script.server.allocationCount, 1);
  assert.deepEqual(alice.refresh(600, IPV4), ['alice < refresh error error=443 sha1']);
  assert.deepEqual(alice.refresh(), ['alice < refresh success lifetime=600 sha1']);
  assert.deepEqual(script.advance(600), ['close 1']);
  assert.equal(script.server.allocationCount, 0);
  assert.equal(script.count('allocations_ended_expired'), 1);
});

test('deleting one family leaves the other with its permissions and channels', () => {
  const { script, alice } = begin({ dual: true });
  alice.channelBind(0x4000, '8.8.8.8:53');
  alice.channelBind(0x4001, '[2606:4700::1111]:53');
  alice.createPermission('9.9.9.9', '2606:4700::1001');
  assert.deepEqual(alice.refresh(0, IPV4), ['alice < refresh success lifetime=0 sha1', 'close 0']);
  assert.deepEqual(alice.sendChannelData(0x4000, 'x'), []);
  assert.deepEqual(alice.sendChannelData(0x4001, 'x'), ['relay 1 > [2606:4700::1111]:53 "x"']);
  assert.deepEqual(alice.send('9.9.9.9:1', 'x'), []);
  assert.deepEqual(alice.send('[2606:4700::1001]:1', 'x'), ['relay 1 > [2606:4700::1001]:1 "x"']);
  assert.equal(script.server.allocationCount, 1);
  assert.deepEqual(alice.refresh(0), ['alice < refresh success lifetime=0 sha1', 'close 1']);
  assert.equal(script.server.allocationCount, 0);
});

test('deleting a dual allocation closes both', () => {
  const { script, alice } = begin({ dual: true });
  assert.deepEqual(alice.refresh(0), ['alice < refresh success lifetime=0 sha1', 'close 0', 'close 1']);
  assert.equal(script.count('allocations_ended_by_client'), 1);
});

test('the answer to a retransmitted Allocate tells the shorter time of a dual allocation', () => {
  const { script, alice } = begin({ dual: true });
  const allocate = alice.lastRequest;
  script.advance(100);
  alice.refresh(600, IPV6);
  alice.lastKey = alice.keyOf('rfc5389');
  assert.match(alice.sendBytes(allocate).join(), / lifetime=500 /);
});

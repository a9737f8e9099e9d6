import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPV6 } from '../base/socket-address.ts';
import { ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
import { METHOD_CREATE_PERMISSION } from '../stun/registry/methods.ts';
import type { AllocateWishes, ScriptClient } from './test-support/script-client.ts';
import { addressOf, type ScriptOptions } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

const SUCCESS = 'alice < create-permission success sha1';

function refusal(code: number): string[] {
  return [`alice < create-permission error error=${code} sha1`];
}

function begin(options: ScriptOptions = {}, wishes: AllocateWishes = {}): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript(options);
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate({ lifetime: 3_600, ...wishes });
  return { script, alice };
}

test('a permission is for an IP address, with all its ports', () => {
  const { script, alice } = begin();
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'x'), []);
  assert.deepEqual(alice.createPermission('8.8.8.8:99'), [SUCCESS]);
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'x'), ['alice < data peer=8.8.8.8:53 "x"']);
  assert.deepEqual(script.fromPeer(0, '8.8.8.9:53', 'x'), []);
  assert.deepEqual(script.count('drop_peer_no_permission'), 2);
});

test('of IPv6 too', () => {
  const { script, alice } = begin({}, { family: IPV6 });
  assert.deepEqual(alice.createPermission('2606:4700::1111'), [SUCCESS]);
  assert.deepEqual(script.fromPeer(0, '[2606:4700::1111]:53', 'x'), ['alice < data peer=[2606:4700::1111]:53 "x"']);
  assert.deepEqual(script.fromPeer(0, '[2606:4700::1112]:53', 'x'), []);
});

test('several peers get theirs at once, one of them twice', () => {
  const { script, alice } = begin();
  assert.deepEqual(alice.createPermission('8.8.8.8', '9.9.9.9', '8.8.8.8:5'), [SUCCESS]);
  assert.equal(script.fromPeer(0, '8.8.8.8:53', 'x').length, 1);
  assert.equal(script.fromPeer(0, '9.9.9.9:53', 'x').length, 1);
});

test('peers of both families on a dual allocation', () => {
  const { script, alice } = begin({}, { dual: true });
  assert.deepEqual(alice.createPermission('8.8.8.8', '2606:4700::1111'), [SUCCESS]);
  assert.equal(script.fromPeer(0, '8.8.8.8:53', 'x').length, 1);
  assert.equal(script.fromPeer(1, '[2606:4700::1111]:53', 'x').length, 1);
});

test('it lasts for five minutes, and again after each refresh, but not by traffic', () => {
  const { script, alice } = begin();
  alice.createPermission('8.8.8.8');
  script.advance(299.999);
  assert.equal(script.fromPeer(0, '8.8.8.8:53', 'x').length, 1);
  assert.equal(alice.send('8.8.8.8:53', 'x').length, 1);
  script.advance(0.001);
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'x'), []);
  assert.deepEqual(alice.send('8.8.8.8:53', 'x'), []);
  alice.createPermission('8.8.8.8');
  script.advance(200);
  assert.deepEqual(alice.createPermission('8.8.8.8'), [SUCCESS]);
  script.advance(200);
  assert.equal(script.fromPeer(0, '8.8.8.8:53', 'x').length, 1);
});

test('without a peer, or with a malformed one, it is a bad request', () => {
  const { script, alice } = begin();
  assert.deepEqual(alice.createPermission(), refusal(400));
  assert.deepEqual(
    alice.request(METHOD_CREATE_PERMISSION, (writer) => {
      writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, addressOf('8.8.8.8'));
      writer.addBytes(ATTRIBUTE_XOR_PEER_ADDRESS, Uint8Array.of(0, 1, 0, 0));
    }),
    refusal(400),
  );
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'x'), []);
});

test('a peer of a family that the allocation does not have is a mismatch', () => {
  const { script, alice } = begin();
  assert.deepEqual(alice.createPermission('8.8.8.8', '2606:4700::1111'), refusal(443));
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'x'), []);
  const bob = script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate({ family: IPV6 });
  assert.deepEqual(bob.createPermission('8.8.8.8'), ['bob < create-permission error error=443 sha1']);
});

test('a peer that the policy denies is forbidden, and the others get nothing either', () => {
  const { script, alice } = begin();
  assert.deepEqual(alice.createPermission('8.8.8.8', '169.254.169.254', '9.9.9.9'), refusal(403));
  assert.equal(script.count('denied_peer_link_local'), 1);
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'x'), []);
  assert.deepEqual(script.fromPeer(0, '9.9.9.9:53', 'x'), []);
});

for (const [peer, counter] of [
  ['0.0.0.0', 'denied_peer_unspecified'],
  ['127.0.0.1', 'denied_peer_loopback'],
  ['10.0.0.1', 'denied_peer_private'],
  ['100.64.0.1', 'denied_peer_shared'],
  ['169.254.169.254', 'denied_peer_link_local'],
  ['fd00::1', 'denied_peer_unique_local'],
  ['224.0.0.1', 'denied_peer_multicast'],
  ['240.0.0.1', 'denied_peer_reserved'],
  ['255.255.255.255', 'denied_peer_broadcast'],
  ['192.0.2.1', 'denied_peer_documentation'],
  ['198.18.0.1', 'denied_peer_benchmarking'],
  ['52.9.9.9', 'denied_peer_own_host'],
  ['1.1.1.1', 'denied_peer_deny_list'],
  ['::ffff:127.0.0.1', 'denied_peer_loopback'],
  ['64:ff9b::a9fe:a9fe', 'denied_peer_link_local'],
] as const) {
  test(`${peer} is counted as ${counter}`, () => {
    const { script, alice } = begin({ interfaces: ['52.9.9.9'], deny: ['1.1.1.0/24'] }, { dual: true });
    assert.deepEqual(alice.createPermission(peer), refusal(403));
    assert.equal(script.count(counter), 1);
  });
}

test('an allocation has so many permissions and no more, refreshing apart', () => {
  const { script, alice } = begin({ limits: { permissionsPerAllocationMax: 3 } });
  assert.deepEqual(alice.createPermission('8.8.8.1', '8.8.8.2'), [SUCCESS]);
  assert.deepEqual(alice.createPermission('8.8.8.2', '8.8.8.3', '8.8.8.3'), [SUCCESS]);
  assert.deepEqual(alice.createPermission('8.8.8.4'), refusal(508));
  assert.deepEqual(alice.createPermission('8.8.8.1', '8.8.8.2', '8.8.8.3'), [SUCCESS]);
  assert.deepEqual(alice.channelBind(0x4000, '8.8.8.4:1'), ['alice < channel-bind error error=508 sha1']);
  assert.equal(script.count('rejected_permission_limit'), 2);
  const bob = script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate();
  assert.deepEqual(bob.createPermission('8.8.8.4'), ['bob < create-permission success sha1']);
});

test('permissions that have ended make room', () => {
  const { script, alice } = begin({ limits: { permissionsPerAllocationMax: 1 } });
  alice.createPermission('8.8.8.1');
  script.advance(300);
  assert.deepEqual(alice.createPermission('8.8.8.2'), [SUCCESS]);
});

test('permissions of one allocation are none of another, and end with it', () => {
  const { script, alice } = begin();
  const bob = script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate();
  alice.createPermission('8.8.8.8');
  assert.deepEqual(script.fromPeer(1, '8.8.8.8:53', 'x'), []);
  alice.refresh(0);
  alice.mustAllocate();
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'x'), []);
});

test('as many peers as a message may name are permitted at once', () => {
  const { alice } = begin();
  const peers = Array.from({ length: 100 }, (_, i) => `8.8.4.${i}`);
  assert.deepEqual(alice.createPermission(...peers), [SUCCESS]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPV6 } from '../base/socket-address.ts';
import { ATTRIBUTE_CHANNEL_NUMBER, ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
import { METHOD_CHANNEL_BIND } from '../stun/registry/methods.ts';
import type { AllocateWishes, ScriptClient } from './test-support/script-client.ts';
import { addressOf, type ScriptOptions } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

const SUCCESS = ['alice < channel-bind success sha1'];
const PEER = '8.8.8.8:53';

function refusal(code: number): string[] {
  return [`alice < channel-bind error error=${code} sha1`];
}

function begin(options: ScriptOptions = {}, wishes: AllocateWishes = {}): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript(options);
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate({ lifetime: 3_600, ...wishes });
  return { script, alice };
}

test('a channel carries data both ways, and permits its peer', () => {
  const { script, alice } = begin();
  assert.deepEqual(alice.channelBind(0x4000, PEER), SUCCESS);
  assert.deepEqual(alice.sendChannelData(0x4000, 'out'), ['relay 0 > 8.8.8.8:53 "out"']);
  assert.deepEqual(script.fromPeer(0, PEER, 'in'), ['alice < channel 0x4000 "in"']);
  // Another port of the permitted address has no channel.
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:54', 'in'), ['alice < data peer=8.8.8.8:54 "in"']);
  assert.deepEqual(alice.send(PEER, 'out'), ['relay 0 > 8.8.8.8:53 "out"']);
});

test('both families of a dual allocation have one set of numbers', () => {
  const { script, alice } = begin({}, { dual: true });
  assert.deepEqual(alice.channelBind(0x4000, PEER), SUCCESS);
  assert.deepEqual(alice.channelBind(0x4001, '[2606:4700::1111]:53'), SUCCESS);
  assert.deepEqual(alice.channelBind(0x4000, '[2606:4700::1111]:54'), refusal(400));
  assert.deepEqual(alice.sendChannelData(0x4001, 'x'), ['relay 1 > [2606:4700::1111]:53 "x"']);
  assert.deepEqual(script.fromPeer(1, '[2606:4700::1111]:53', 'x'), ['alice < channel 0x4001 "x"']);
});

for (const channel of [0x0000, 0x3fff, 0x8000, 0xffff]) {
  test(`0x${channel.toString(16)} is no channel number`, () => {
    const { alice } = begin();
    assert.deepEqual(alice.channelBind(channel, PEER), refusal(400));
  });
}

test('the first and the last number can be bound', () => {
  const { alice } = begin();
  assert.deepEqual(alice.channelBind(0x4000, PEER), SUCCESS);
  assert.deepEqual(alice.channelBind(0x7fff, '8.8.8.9:53'), SUCCESS);
});

test('number and peer are both needed, well-formed, and the peer has a port', () => {
  const { alice } = begin();
  const writeNumber = (writer: { addChannelNumber(channel: number): void }): void => writer.addChannelNumber(0x4000);
  assert.deepEqual(alice.request(METHOD_CHANNEL_BIND, writeNumber), refusal(400));
  assert.deepEqual(
    alice.request(METHOD_CHANNEL_BIND, (writer) => writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, addressOf(PEER))),
    refusal(400),
  );
  assert.deepEqual(
    alice.request(METHOD_CHANNEL_BIND, (writer) => {
      writer.addBytes(ATTRIBUTE_CHANNEL_NUMBER, Uint8Array.of(0x40, 0));
      writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, addressOf(PEER));
    }),
    refusal(400),
  );
  assert.deepEqual(
    alice.request(METHOD_CHANNEL_BIND, (writer) => {
      writeNumber(writer);
      writer.addBytes(ATTRIBUTE_XOR_PEER_ADDRESS, Uint8Array.of(0, 1, 2, 3));
    }),
    refusal(400),
  );
  assert.deepEqual(alice.channelBind(0x4000, '8.8.8.8:0'), refusal(400));
});

test('a number has one peer and a peer one number', () => {
  const { script, alice } = begin();
  alice.channelBind(0x4000, PEER);
  assert.deepEqual(alice.channelBind(0x4000, '8.8.8.8:54'), refusal(400));
  assert.deepEqual(alice.channelBind(0x4001, PEER), refusal(400));
  alice.channelBind(0x4001, '8.8.8.8:54');
  assert.deepEqual(alice.channelBind(0x4000, '8.8.8.8:54'), refusal(400));
  assert.equal(script.count('rejected_channel_conflict'), 3);
  assert.deepEqual(alice.sendChannelData(0x4000, 'x'), ['relay 0 > 8.8.8.8:53 "x"']);
});

test('other allocations may use the same number and the same peer', () => {
  const { script, alice } = begin();
  const bob = script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate();
  alice.channelBind(0x4000, PEER);
  assert.deepEqual(bob.channelBind(0x4000, PEER), ['bob < channel-bind success sha1']);
  assert.deepEqual(bob.sendChannelData(0x4000, 'x'), ['relay 1 > 8.8.8.8:53 "x"']);
  assert.deepEqual(script.fromPeer(0, PEER, 'x'), ['alice < channel 0x4000 "x"']);
  assert.deepEqual(script.fromPeer(1, PEER, 'x'), ['bob < channel 0x4000 "x"']);
});

test('a binding lasts for ten minutes, its permission for five', () => {
  const { script, alice } = begin();
  alice.channelBind(0x4000, PEER);
  script.advance(300);
  // Towards the peer the binding suffices; from the peer it takes the permission.
  assert.deepEqual(alice.sendChannelData(0x4000, 'x'), ['relay 0 > 8.8.8.8:53 "x"']);
  assert.deepEqual(script.fromPeer(0, PEER, 'x'), []);
  assert.deepEqual(alice.send(PEER, 'x'), []);
  alice.createPermission('8.8.8.8');
  assert.deepEqual(script.fromPeer(0, PEER, 'x'), ['alice < channel 0x4000 "x"']);
  script.advance(299.999);
  assert.equal(alice.sendChannelData(0x4000, 'x').length, 1);
  alice.createPermission('8.8.8.8');
  script.advance(0.001);
  assert.deepEqual(alice.sendChannelData(0x4000, 'x'), []);
  assert.deepEqual(script.fromPeer(0, PEER, 'x'), ['alice < data peer=8.8.8.8:53 "x"']);
  assert.equal(script.count('drop_channel_unbound'), 1);
});

test('binding the same pair again refreshes both', () => {
  const { script, alice } = begin();
  alice.channelBind(0x4000, PEER);
  script.advance(599);
  assert.deepEqual(alice.channelBind(0x4000, PEER), SUCCESS);
  script.advance(299);
  assert.deepEqual(script.fromPeer(0, PEER, 'x'), ['alice < channel 0x4000 "x"']);
  script.advance(300);
  assert.equal(alice.sendChannelData(0x4000, 'x').length, 1);
});

test('for five minutes after its end, number and peer wait for each other alone', () => {
  const { script, alice } = begin();
  alice.channelBind(0x4000, PEER);
  script.advance(600);
  assert.deepEqual(alice.channelBind(0x4000, '8.8.8.8:54'), refusal(400));
  assert.deepEqual(alice.channelBind(0x4001, PEER), refusal(400));
  script.advance(299.999);
  assert.deepEqual(alice.channelBind(0x4000, '8.8.8.8:54'), refusal(400));
  script.advance(0.001);
  assert.deepEqual(alice.channelBind(0x4000, '8.8.8.8:54'), SUCCESS);
  assert.deepEqual(alice.channelBind(0x4001, PEER), SUCCESS);
});

test('and may be bound to each other again meanwhile', () => {
  const { script, alice } = begin();
  alice.channelBind(0x4000, PEER);
  script.advance(700);
  assert.deepEqual(alice.channelBind(0x4000, PEER), SUCCESS);
  assert.deepEqual(script.fromPeer(0, PEER, 'x'), ['alice < channel 0x4000 "x"']);
  script.advance(599);
  assert.equal(alice.sendChannelData(0x4000, 'x').length, 1);
});

test('a permission does not outlive its time by the channel that leaned on it', () => {
  const { script, alice } = begin({ limits: { permissionsPerAllocationMax: 1 } });
  alice.channelBind(0x4000, PEER);
  script.advance(899);
  assert.deepEqual(alice.createPermission('9.9.9.9'), ['alice < create-permission error error=508 sha1']);
  script.advance(1);
  assert.deepEqual(alice.createPermission('9.9.9.9'), ['alice < create-permission success sha1']);
});

test('a peer of another family is a mismatch', () => {
  const { alice } = begin();
  assert.deepEqual(alice.channelBind(0x4000, '[2606:4700::1111]:53'), refusal(443));
  const { script } = begin();
  const bob = script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate({ family: IPV6 });
  assert.deepEqual(bob.channelBind(0x4000, PEER), ['bob < channel-bind error error=443 sha1']);
});

test('a peer that the policy denies is forbidden, and gets no permission', () => {
  const { script, alice } = begin();
  assert.deepEqual(alice.channelBind(0x4000, '192.168.1.1:53'), refusal(403));
  assert.equal(script.count('denied_peer_private'), 1);
  assert.deepEqual(script.fromPeer(0, '192.168.1.1:53', 'x'), []);
});

test('the port matters where it is a port of this host', () => {
  const options = { allow: ['0.0.0.0/0'], listeners: ['0.0.0.0:3478'], interfaces: ['203.0.113.10'] };
  const { script, alice } = begin(options);
  assert.deepEqual(alice.createPermission('203.0.113.10'), ['alice < create-permission success sha1']);
  assert.deepEqual(alice.channelBind(0x4000, '203.0.113.10:3478'), refusal(403));
  assert.deepEqual(alice.channelBind(0x4000, '203.0.113.10:50500'), SUCCESS);
  assert.deepEqual(alice.channelBind(0x4001, '203.0.113.10:22'), SUCCESS);
  assert.equal(script.count('denied_peer_own_listener'), 1);
});

test('an allocation has so many channels and no more, refreshing apart', () => {
  const { script, alice } = begin({ limits: { channelsPerAllocationMax: 2 } });
  alice.channelBind(0x4000, '8.8.8.8:1');
  alice.channelBind(0x4001, '8.8.8.8:2');
  assert.deepEqual(alice.channelBind(0x4002, '8.8.8.8:3'), refusal(508));
  assert.deepEqual(alice.channelBind(0x4001, '8.8.8.8:2'), SUCCESS);
  assert.equal(script.count('rejected_channel_limit'), 1);
  script.advance(900);
  assert.deepEqual(alice.channelBind(0x4002, '8.8.8.8:3'), SUCCESS);
});

test('a retransmission binds again', () => {
  const { alice } = begin();
  alice.channelBind(0x4000, PEER);
  assert.deepEqual(alice.repeat(), SUCCESS);
});

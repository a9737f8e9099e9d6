import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScriptClient } from './test-support/script-client.ts';
import { addressOf } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

function begin(): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate({ dual: true });
  return { script, alice };
}

function own(script: TurnScript, listeners: readonly string[], interfaces: readonly string[]): void {
  script.act((server, now) =>
    server.setOwnAddresses({ listeners: listeners.map(addressOf), interfaces: interfaces.map(addressOf) }, now),
  );
}

test('a peer that becomes an address of this host is a peer no more', () => {
  const { script, alice } = begin();
  alice.createPermission('52.9.9.9', '8.8.8.8', '2606:4700::1111');
  alice.channelBind(0x4000, '52.9.9.8:22');
  alice.channelBind(0x4001, '8.8.8.8:22');
  own(script, [], ['52.9.9.9', '52.9.9.8']);
  assert.deepEqual(alice.send('52.9.9.9:1', 'x'), []);
  assert.deepEqual(script.fromPeer(0, '52.9.9.9:1', 'x'), []);
  assert.deepEqual(alice.sendChannelData(0x4000, 'x'), []);
  assert.deepEqual(script.fromPeer(0, '52.9.9.8:22', 'x'), []);
  assert.deepEqual(alice.sendChannelData(0x4001, 'x'), ['relay 0 > 8.8.8.8:22 "x"']);
  assert.deepEqual(alice.send('[2606:4700::1111]:1', 'x'), ['relay 1 > [2606:4700::1111]:1 "x"']);
  assert.deepEqual(alice.createPermission('52.9.9.9'), ['alice < create-permission error error=403 sha1']);
});

test('where ports begin to matter, they are decided from then on', () => {
  const { script, alice } = begin();
  alice.createPermission('203.0.113.10');
  alice.channelBind(0x4000, '203.0.113.10:50500');
  own(script, ['0.0.0.0:50500'], []);
  assert.deepEqual(alice.sendChannelData(0x4000, 'x'), []);
  assert.deepEqual(alice.send('203.0.113.10:50500', 'x'), []);
  assert.deepEqual(alice.send('203.0.113.10:50600', 'x'), ['relay 0 > 203.0.113.10:50600 "x"']);
  assert.equal(script.count('denied_peer_own_listener'), 1);
});

test('what is taken away makes room, and nothing is left of it', () => {
  const { script, alice } = begin();
  alice.channelBind(0x4000, '52.9.9.9:22');
  own(script, [], ['52.9.9.9']);
  own(script, [], []);
  assert.deepEqual(alice.channelBind(0x4001, '52.9.9.9:22'), ['alice < channel-bind success sha1']);
  alice.refresh(0);
  assert.equal(script.server.nextTimeout(), Number.POSITIVE_INFINITY);
});

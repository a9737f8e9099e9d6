import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientTransport } from '../contract/ids.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { TurnScript } from './test-support/turn-script.ts';

const PEER = '8.8.8.8:53';

function begin(transport: ClientTransport = 'udp'): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000', undefined, transport);
  alice.mustAllocate();
  alice.channelBind(0x4000, PEER);
  return { script, alice };
}

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  test(`data of any length go to the peer of the channel, over ${transport}`, () => {
    const { script, alice } = begin(transport);
    for (const text of ['', 'a', 'ab', 'abc', 'abcd', 'abcde']) {
      assert.deepEqual(alice.sendChannelData(0x4000, text), [`relay 0 > ${PEER} "${text}"`]);
    }
    assert.equal(script.count('client_channel_data_relayed'), 6);
  });
}

test('a long payload stays whole', () => {
  const { script, alice } = begin();
  const payload = new Uint8Array(60_000).fill(0x61);
  assert.equal(alice.sendChannelData(0x4000, payload).length, 1);
  assert.equal(script.server.forward.length, 60_000);
});

test('over UDP, what lies behind the data is padding', () => {
  const { alice } = begin();
  assert.deepEqual(alice.sendBytes(Uint8Array.of(0x40, 0, 0, 2, 0x61, 0x62, 0, 0)), [`relay 0 > ${PEER} "ab"`]);
  assert.deepEqual(alice.sendBytes(Uint8Array.of(0x40, 0, 0, 2, 0x61, 0x62, 9, 9, 9)), [`relay 0 > ${PEER} "ab"`]);
});

test('what claims more than there is is dropped', () => {
  const { script, alice } = begin();
  for (const bytes of [[0x40], [0x40, 0, 0], [0x40, 0, 0, 1], [0x40, 0, 0, 3, 1, 2], [0x40, 0, 0xff, 0xff, 0]]) {
    assert.deepEqual(alice.sendBytes(Uint8Array.from(bytes)), []);
  }
  assert.equal(script.count('drop_malformed_channel_data'), 5);
});

test('over a stream, a frame without its padding is malformed', () => {
  const { script, alice } = begin('tcp');
  assert.deepEqual(alice.sendBytes(Uint8Array.of(0x40, 0, 0, 2, 0x61, 0x62)), []);
  assert.equal(script.count('drop_malformed_channel_data'), 1);
});

test('a channel that is not bound leads nowhere', () => {
  const { script, alice } = begin();
  assert.deepEqual(alice.sendChannelData(0x4001, 'x'), []);
  assert.equal(script.count('drop_channel_unbound'), 1);
});

test('a client without an allocation has no channels', () => {
  const { script } = begin();
  const bob = script.client('bob', '198.51.100.2:4000');
  assert.deepEqual(bob.sendChannelData(0x4000, 'x'), []);
  assert.equal(script.count('drop_no_allocation'), 1);
});

test('the same address and port over another transport is another client', () => {
  const { script } = begin();
  const bob = script.client('bob', '198.51.100.1:4000', undefined, 'tcp');
  assert.deepEqual(bob.sendChannelData(0x4000, 'x'), []);
});

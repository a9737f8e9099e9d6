import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPV6 } from '../base/socket-address.ts';
import type { ClientTransport } from '../contract/ids.ts';
import type { ClientSocketId } from './path.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import type { ScriptOptions } from './test-support/script-options.ts';
import { TurnScript } from './test-support/turn-script.ts';

function begin(
  transport: ClientTransport = 'udp',
  options: ScriptOptions = {},
): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript(options);
  const alice = script.client('alice', '198.51.100.1:4000', undefined, transport);
  alice.mustAllocate({ dual: true });
  return { script, alice };
}

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  for (const [family, relay, peer] of [
    ['IPv4', 0, '8.8.8.8:53'],
    ['IPv6', 1, '[2606:4700::1111]:53'],
  ] as const) {
    test(`data of any length reach a client over ${transport}, from an ${family} peer`, () => {
      const { script, alice } = begin(transport);
      alice.createPermission(peer);
      for (const text of ['', 'a', 'ab', 'abc', 'abcd', 'abcde']) {
        assert.deepEqual(script.fromPeer(relay, peer, text), [`alice < data peer=${peer} "${text}"`]);
      }
      alice.channelBind(0x4321, peer);
      for (const text of ['', 'a', 'ab', 'abc', 'abcd', 'abcde']) {
        assert.deepEqual(script.fromPeer(relay, peer, text), [`alice < channel 0x4321 "${text}"`]);
      }
      assert.equal(script.count('peer_data_indication_relayed'), 6);
      assert.equal(script.count('peer_channel_data_relayed'), 6);
    });
  }
}

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  test(`what a slow reader over ${transport} ${transport === 'udp' ? 'is sent, is usage' : 'loses, is neither relayed nor usage'}`, () => {
    let roomBytes = 0;
    const backlog = { hasRoom: (_: ClientSocketId, length: number) => length <= roomBytes };
    const { script, alice } = begin(transport, { backlog });
    alice.channelBind(0x4321, '8.8.8.8:53');
    alice.createPermission('8.8.4.4:53');
    const egressBytes = script.count('egress_bytes');
    roomBytes = 12;
    const relayed = transport === 'udp' ? 3 : 1;
    const outputs = [
      script.fromPeer(0, '8.8.8.8:53', 'abcdefgh'),
      script.fromPeer(0, '8.8.8.8:53', 'abcdefghi'),
      script.fromPeer(0, '8.8.4.4:53', 'a'),
    ];
    assert.equal(outputs.flat().length, relayed);
    assert.equal(script.count('drop_peer_client_slow'), 3 - relayed);
    assert.equal(script.count('egress_bytes') - egressBytes, transport === 'udp' ? 12 + 13 + 40 : 12);
  });
}

test('the payload stays where it lies', () => {
  const { script, alice } = begin();
  alice.createPermission('8.8.8.8');
  script.fromPeer(0, '8.8.8.8:53', 'abc');
  const { forward } = script.server;
  // 64 bytes of headroom, of which header, XOR-PEER-ADDRESS and DATA's header take 36.
  assert.equal(forward.offset, 28);
  assert.equal(forward.length, 40);
  assert.equal(forward.bytes.length, 64 + 3 + 4);
});

test('nothing is written outside of headroom, padding and payload', () => {
  const { script, alice } = begin('tcp');
  alice.channelBind(0x4000, '8.8.8.8:53');
  script.fromPeer(0, '8.8.8.8:53', 'abcde');
  const { bytes, offset, length } = script.server.forward;
  assert.equal(offset, 60);
  assert.equal(length, 12);
  assert(bytes.subarray(0, 60).every((byte) => byte === 0xee));
  assert(bytes.subarray(72).every((byte) => byte === 0xee));
});

test('indications have identifiers of their own', () => {
  const { script, alice } = begin();
  alice.createPermission('8.8.8.8');
  const ids = new Set<string>();
  for (let i = 0; i < 600; i += 1) {
    script.fromPeer(0, '8.8.8.8:53', 'x');
    const { bytes, offset } = script.server.forward;
    ids.add(bytes.subarray(offset + 8, offset + 20).join());
  }
  assert.equal(ids.size, 600);
});

test('without a permission nothing passes', () => {
  const { script } = begin();
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'x'), []);
  assert.equal(script.count('drop_peer_no_permission'), 1);
});

test('the permission of one family says nothing of the other', () => {
  const { script, alice } = begin();
  alice.createPermission('::8.8.8.8');
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', 'x'), []);
});

test('a relay that nobody has leads nowhere', () => {
  const { script } = begin();
  assert.deepEqual(script.fromPeer(7, '8.8.8.8:53', 'x'), []);
  assert.deepEqual(script.fromPeer(100_000, '8.8.8.8:53', 'x'), []);
  assert.equal(script.count('drop_peer_no_relay'), 2);
});

for (const [transport, indication, channel] of [
  // The longest datagram is 65,507 bytes.
  ['udp', 65_507 - 36 - 3, 65_507 - 4],
  // A message in a stream may have 65,552 bytes, so there a payload is never too long.
  ['tcp', 65_507, 65_507],
] as const) {
  test(`over ${transport}, a payload of ${indication} bytes fits an indication, and one of ${channel} a channel`, () => {
    const { script, alice } = begin(transport);
    alice.createPermission('8.8.8.8');
    assert.equal(script.fromPeer(0, '8.8.8.8:53', new Uint8Array(indication)).length, 1);
    alice.channelBind(0x4000, '8.8.8.8:53');
    assert.equal(script.fromPeer(0, '8.8.8.8:53', new Uint8Array(channel)).length, 1);
    assert.equal(script.count('drop_peer_too_long'), 0);
  });
}

test('one that is too long for the client is dropped', () => {
  const { script, alice } = begin();
  alice.createPermission('8.8.8.8');
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', new Uint8Array(65_507 - 36)), []);
  alice.channelBind(0x4000, '8.8.8.8:53');
  assert.deepEqual(script.fromPeer(0, '8.8.8.8:53', new Uint8Array(65_504)), []);
  assert.equal(script.count('drop_peer_too_long'), 2);
});

test('two clients of one server reach each other', () => {
  const { script, alice } = begin();
  const bob = script.client('bob', '198.51.100.2:4000');
  bob.mustAllocate({ family: IPV6 });
  const [, aliceRelayed] = alice.relayed as [string, string];
  const [bobRelayed] = bob.relayed as [string];
  assert.equal(alice.channelBind(0x4000, bobRelayed).length, 1);
  assert.deepEqual(bob.createPermission(aliceRelayed), ['bob < create-permission success sha1']);
  assert.deepEqual(alice.sendChannelData(0x4000, 'hi'), [`relay 1 > ${bobRelayed} "hi"`]);
  assert.deepEqual(script.fromPeer(2, aliceRelayed, 'hi'), [`bob < data peer=${aliceRelayed} "hi"`]);
});

/** Behind a NAT, packets between two relays of the server carry the inner address. */
const BEHIND_NAT: ScriptOptions = { relays: [{ bind: '10.0.0.5', advertised: '52.1.2.3' }] };

test('behind a NAT, what is for a public name goes to the inner one, by channel and by indication', () => {
  const { script, alice } = begin('udp', BEHIND_NAT);
  assert.equal(alice.channelBind(0x4000, '52.1.2.3:50998').length, 1);
  assert.deepEqual(alice.sendChannelData(0x4000, 'x'), ['relay 0 > 10.0.0.5:50998 "x"']);
  assert.deepEqual(alice.send('52.1.2.3:50998', 'x'), ['relay 0 > 10.0.0.5:50998 "x"']);
  assert.deepEqual(script.fromPeer(0, '10.0.0.5:50998', 'y'), ['alice < channel 0x4000 "y"']);
});

test('and what comes from an inner name comes from the public one', () => {
  const { script, alice } = begin('udp', BEHIND_NAT);
  alice.createPermission('52.1.2.3');
  assert.deepEqual(script.fromPeer(0, '10.0.0.5:50998', 'y'), ['alice < data peer=52.1.2.3:50998 "y"']);
  assert.deepEqual(script.fromIcmp(0, '10.0.0.5:50998', 3, 3), ['alice < data peer=52.1.2.3:50998 icmp=3:3:0']);
});

test('a client that knows the inner name may use it', () => {
  const { script, alice } = begin('udp', BEHIND_NAT);
  assert.equal(alice.channelBind(0x4000, '10.0.0.5:50998').length, 1);
  assert.deepEqual(alice.channelBind(0x4001, '52.1.2.3:50998'), ['alice < channel-bind error error=400 sha1']);
  assert.deepEqual(alice.sendChannelData(0x4000, 'x'), ['relay 0 > 10.0.0.5:50998 "x"']);
  assert.deepEqual(script.fromPeer(0, '10.0.0.5:50998', 'y'), ['alice < channel 0x4000 "y"']);
});

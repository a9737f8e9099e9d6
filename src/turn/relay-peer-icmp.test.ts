import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScriptClient } from './test-support/script-client.ts';
import { TurnScript } from './test-support/turn-script.ts';

const IPV4_PEER = '8.8.8.8:53';
const IPV6_PEER = '[2606:4700::1111]:53';

function begin(): { script: TurnScript; alice: ScriptClient } {
  const script = new TurnScript();
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate({ dual: true });
  alice.createPermission(IPV4_PEER, IPV6_PEER);
  return { script, alice };
}

for (const [relay, peer, types] of [
  [0, IPV4_PEER, [3, 11]],
  [1, IPV6_PEER, [1, 2, 3]],
] as const) {
  test(`the client of relay ${relay} is told of types ${types.join(', ')}, and of no other`, () => {
    const { script } = begin();
    for (let type = 0; type < 256; type += 1) {
      const expected = (types as readonly number[]).includes(type)
        ? [`alice < data peer=${peer} icmp=${type}:1:0`]
        : [];
      assert.deepEqual(script.fromIcmp(relay, peer, type, 1), expected);
    }
    assert.equal(script.count('peer_icmp_relayed'), types.length);
    assert.equal(script.count('drop_icmp_type'), 256 - types.length);
  });
}

test('with the MTU of the next hop', () => {
  const { script } = begin();
  assert.deepEqual(script.fromIcmp(0, IPV4_PEER, 3, 4, 1_400), [`alice < data peer=${IPV4_PEER} icmp=3:4:1400`]);
  assert.deepEqual(script.fromIcmp(1, IPV6_PEER, 2, 0, 1_280), [`alice < data peer=${IPV6_PEER} icmp=2:0:1280`]);
});

test('without a port when that is unknown', () => {
  const { script } = begin();
  assert.deepEqual(script.fromIcmp(0, '8.8.8.8:0', 3, 3), ['alice < data peer=8.8.8.8:0 icmp=3:3:0']);
});

test('in an indication even where a channel is bound', () => {
  const { script, alice } = begin();
  alice.channelBind(0x4000, IPV4_PEER);
  assert.deepEqual(script.fromIcmp(0, IPV4_PEER, 3, 3), [`alice < data peer=${IPV4_PEER} icmp=3:3:0`]);
});

test('only of peers that are permitted', () => {
  const { script } = begin();
  assert.deepEqual(script.fromIcmp(0, '8.8.8.9:53', 3, 3), []);
  script.advance(300);
  assert.deepEqual(script.fromIcmp(0, IPV4_PEER, 3, 3), []);
  assert.equal(script.count('drop_icmp_no_permission'), 2);
});

test('not when the allocation is gone', () => {
  const { script, alice } = begin();
  alice.refresh(0);
  assert.deepEqual(script.fromIcmp(0, IPV4_PEER, 3, 3), []);
  assert.equal(script.count('drop_icmp_no_relay'), 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LimitOverrides, NO_LIMITS } from '../contract/limits.ts';
import type { ScriptClient } from './test-support/script-client.ts';
import { KEY, TurnScript } from './test-support/turn-script.ts';

const PEER = '8.8.8.8:9';

function begin(limits: LimitOverrides = {}): { readonly script: TurnScript; readonly alice: ScriptClient } {
  const script = new TurnScript({ limits: { allocationsPerClientAddressMax: 2 } });
  script.server.setDefaultLimits({ ...NO_LIMITS, ...limits }, script.now);
  const alice = script.client('alice', '198.51.100.1:4000');
  alice.mustAllocate();
  return { script, alice };
}

test('packets over a limit are noted once a second, whichever way they go', () => {
  for (const [limits, note] of [
    [{ allocationPacketsPerSecond: 1 }, 'limit_reached_packets'],
    [{ allocationBitsPerSecond: 8 }, 'limit_reached_bits'],
  ] as const) {
    const { script, alice } = begin(limits);
    alice.channelBind(0x4000, PEER);
    const flood = () => {
      for (let packet = 0; packet < 4; packet += 1) {
        alice.sendChannelData(0x4000, 'x'.repeat(60_000));
        script.fromPeer(0, PEER, 'x'.repeat(60_000));
      }
    };
    flood();
    assert.equal(script.count(note), 1);
    script.advance(1);
    flood();
    assert.equal(script.count(note), 2);
  }
});

test('every refused request is noted', () => {
  const { script, alice } = begin({ allocationNewPeersPerSecond: 1, allocationNewPeersBurst: 1 });
  alice.createPermission('8.8.8.8', '9.9.9.9');
  assert.equal(script.count('limit_reached_new_peers'), 1);
  script.client('bob', '198.51.100.1:4001').mustAllocate();
  script.client('carol', '198.51.100.1:4002').allocate();
  assert.equal(script.count('limit_reached_client_address_quota'), 1);
  script.server.setDefaultLimits({ ...NO_LIMITS, allocationsPerKey: 1 }, script.now);
  script.client('dave', '198.51.100.4:4000').allocate();
  assert.equal(script.count('limit_reached_key_quota'), 1);
  const until = script.unixNow + 1_000;
  const change = { kind: 'egress-blocked', holder: { kind: 'key', keyUid: KEY }, until } as const;
  script.server.applyChange(change as Parameters<typeof script.server.applyChange>[0], script.now);
  alice.refresh(600);
  assert.equal(script.count('limit_reached_egress'), 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_LIMITS } from '../contract/limits.ts';
import { TurnScript } from './test-support/turn-script.ts';

const PEER = '8.8.8.8:9';

test('what is dropped is counted by its way and its limit', () => {
  for (const [limits, ...counters] of [
    [{ allocationPacketsPerSecond: 1 }, 'drop_packet_limit', 'drop_peer_packet_limit'],
    [{ allocationBitsPerSecond: 8 }, 'drop_bit_limit', 'drop_peer_bit_limit'],
  ] as const) {
    const script = new TurnScript();
    script.server.setDefaultLimits({ ...NO_LIMITS, ...limits }, script.now);
    const alice = script.client('alice', '198.51.100.1:4000');
    alice.mustAllocate();
    alice.channelBind(0x4000, PEER);
    for (let packet = 0; packet < 3; packet += 1) {
      alice.sendChannelData(0x4000, 'x'.repeat(60_000));
      script.fromPeer(0, PEER, 'x'.repeat(60_000));
    }
    assert.deepEqual(
      counters.map((counter) => script.count(counter)),
      [2, 2],
    );
  }
});

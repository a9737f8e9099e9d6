import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyPacket, PACKET_CHANNEL_DATA, PACKET_OTHER, PACKET_STUN } from './demux.ts';

test('the first byte tells what a packet is', () => {
  for (let first = 0; first < 256; first += 1) {
    const expected = first <= 3 ? PACKET_STUN : first >= 64 && first <= 127 ? PACKET_CHANNEL_DATA : PACKET_OTHER;
    assert.equal(classifyPacket(Uint8Array.of(255, first), 1, 1), expected, String(first));
  }
});

test('an empty datagram is neither', () => {
  assert.equal(classifyPacket(Uint8Array.of(0), 0, 0), PACKET_OTHER);
  assert.equal(classifyPacket(new Uint8Array(0), 0, 0), PACKET_OTHER);
});

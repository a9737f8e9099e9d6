import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { formatTransportAddress } from '../base/ip.ts';
import { ALLOCATIONS_PER_WORKER_MAX, CHANNEL_REUSE_DELAY_MS } from '../base/limits.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import { CHANNEL_NUMBER_MAX, CHANNEL_NUMBER_MIN } from '../stun/channel-data.ts';
import { ChannelTable } from './channel-table.ts';
import { NO_ROW } from './row-index.ts';
import { addressOf } from './test-support/script-options.ts';

const PEER = addressOf('8.8.8.8:53');

function table(): ChannelTable {
  return new ChannelTable(new SeededRandom(1));
}

function at(ms: number): Instant {
  return ms as Instant;
}

test('a binding is found by allocation and number, and by relay and peer', () => {
  const channels = table();
  const row = channels.add(7, 3, 0x4000, PEER, 0, 11);
  assert.equal(channels.findByNumber(7, 0x4000), row);
  assert.equal(channels.findByPeer(3, PEER, 0), row);
  assert.equal(channels.findByNumber(8, 0x4000), NO_ROW);
  assert.equal(channels.findByNumber(7, 0x4001), NO_ROW);
  assert.equal(channels.findByPeer(4, PEER, 0), NO_ROW);
  assert.equal(channels.findByPeer(3, addressOf('8.8.8.8:54'), 0), NO_ROW);
  assert.deepEqual([channels.numberOf(row), channels.relayOf(row), channels.permissionOf(row)], [0x4000, 3, 11]);
});

test('no two pairs of allocation and number are taken for one', () => {
  const channels = table();
  const last = ALLOCATIONS_PER_WORKER_MAX - 1;
  const pairs = [
    [0, CHANNEL_NUMBER_MIN],
    [0, CHANNEL_NUMBER_MAX],
    [1, CHANNEL_NUMBER_MIN],
    [last, CHANNEL_NUMBER_MIN],
    [last, CHANNEL_NUMBER_MAX],
  ] as const;
  const rows = pairs.map(([allocation, channel], i) => channels.add(allocation, i, channel, PEER, 0, 0));
  assert.deepEqual(
    pairs.map(([allocation, channel]) => channels.findByNumber(allocation, channel)),
    rows,
  );
});

test('it is live until its time is over, and stays for five minutes more', () => {
  const channels = table();
  const row = channels.add(7, 3, 0x4000, PEER, 0, 11);
  channels.extend(row, 1_000);
  assert.equal(channels.isLive(row, at(999)), true);
  assert.equal(channels.isLive(row, at(1_000)), false);
  assert.equal(channels.peekDeadline(), 1_000 + CHANNEL_REUSE_DELAY_MS);
  assert.equal(channels.popExpired(at(999 + CHANNEL_REUSE_DELAY_MS)), NO_ROW);
  assert.equal(channels.findByNumber(7, 0x4000), row);
  assert.equal(channels.popExpired(at(1_000 + CHANNEL_REUSE_DELAY_MS)), row);
});

test('where to send to is the peer, unless somebody writes another address', () => {
  const channels = table();
  const first = channels.add(7, 3, 0x4000, PEER, 0, 11);
  const second = channels.add(7, 3, 0x4001, addressOf('52.1.2.3:50000'), 0, 11);
  assert.equal(formatTransportAddress(channels.targets, channels.targetAt(first)), '8.8.8.8:53');
  channels.targets.set(addressOf('10.0.0.5:50000'), channels.targetAt(second));
  assert.equal(channels.findByPeer(3, addressOf('52.1.2.3:50000'), 0), second);
  const out = new Uint32Array(5);
  channels.readPeer(second, out);
  assert.equal(formatTransportAddress(out), '52.1.2.3:50000');
});

test('those of a relay can be told one after the other, and removed', () => {
  const channels = table();
  const rows = [1, 2, 3].map((n) => channels.add(7, 3, 0x4000 + n, addressOf(`8.8.8.8:${n}`), 0, 0));
  channels.remove(rows[1] as number);
  assert.equal(channels.firstOf(3), rows[2]);
  assert.equal(channels.next(rows[2] as number), rows[0]);
  assert.equal(channels.next(rows[0] as number), NO_ROW);
  assert.equal(channels.findByNumber(7, 0x4002), NO_ROW);
  assert.equal(channels.findByPeer(3, addressOf('8.8.8.8:2'), 0), NO_ROW);
  assert.equal(channels.size, 2);
});

test('rows stay right while the table grows', () => {
  const channels = table();
  const rows = Array.from({ length: 500 }, (_, i) => channels.add(i, i, 0x4000, addressOf(`8.8.8.8:${i + 1}`), 0, i));
  for (const [i, row] of rows.entries()) {
    channels.extend(row, i);
    assert.equal(channels.findByNumber(i, 0x4000), row);
    assert.equal(channels.permissionOf(row), i);
    assert.equal(formatTransportAddress(channels.targets, channels.targetAt(row)), `8.8.8.8:${i + 1}`);
  }
});

test('each of many bindings keeps what is its own, and the number of one that is removed is used again', () => {
  const channels = table();
  const rows = Array.from({ length: 200 }, (_, i) => {
    const row = channels.add(i, i, 0x4000 + i, addressOf(`8.8.8.8:${1_000 + i}`), 0, 500 + i);
    channels.extend(row, 1_000 + i);
    return row;
  });
  for (const [i, row] of rows.entries()) {
    assert.deepEqual([channels.isLive(row, at(999 + i)), channels.isLive(row, at(1_000 + i))], [true, false]);
    assert.deepEqual([channels.numberOf(row), channels.permissionOf(row)], [0x4000 + i, 500 + i]);
    assert.equal(formatTransportAddress(channels.targets, channels.targetAt(row)), `8.8.8.8:${1_000 + i}`);
  }
  channels.remove(rows[7] as number);
  assert.equal(channels.add(7, 7, 0x4007, PEER, 0, 0), rows[7]);
});

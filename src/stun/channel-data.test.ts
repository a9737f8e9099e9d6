import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  channelDataLength,
  channelDataPadding,
  isChannelNumber,
  readChannelData,
  writeChannelDataHeader,
} from './channel-data.ts';

/** A message of `size` bytes in all that claims `length` bytes of data. */
function channelData(channel: number, length: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size + 2);
  if (size >= 4) {
    writeChannelDataHeader(bytes, 1, channel, length);
  }
  return bytes;
}

function read(channel: number, length: number, size: number, stream: boolean): number {
  return readChannelData(channelData(channel, length, size), 1, size, stream);
}

test('the header is channel and length, most significant byte first', () => {
  const bytes = new Uint8Array(6);
  writeChannelDataHeader(bytes, 1, 0x4abc, 0x1234);
  assert.deepEqual([...bytes], [0, 0x4a, 0xbc, 0x12, 0x34, 0]);
  assert.equal(channelDataLength(bytes, 1), 0x1234);
});

test('padding completes a word', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 65_535].map(channelDataPadding), [0, 3, 2, 1, 0, 3, 1]);
});

test('in a datagram, data may be followed by padding but not cut short', () => {
  assert.equal(read(0x4000, 5, 9, false), 0x4000);
  assert.equal(read(0x4fff, 5, 12, false), 0x4fff);
  assert.equal(read(0x4000, 0, 4, false), 0x4000);
  assert.equal(read(0x4000, 5, 8, false), -1);
  assert.equal(read(0x4000, 65_535, 9, false), -1);
});

test('in a stream, the frame is padded to whole words', () => {
  assert.equal(read(0x4000, 5, 12, true), 0x4000);
  assert.equal(read(0x4000, 4, 8, true), 0x4000);
  assert.equal(read(0x4000, 0, 4, true), 0x4000);
  assert.equal(read(0x4000, 5, 9, true), -1);
  assert.equal(read(0x4000, 5, 16, true), -1);
  assert.equal(read(0x4000, 5, 8, true), -1);
});

test('fewer bytes than a header are no message', () => {
  for (let size = 0; size < 4; size += 1) {
    assert.equal(read(0x4000, 0, size, false), -1);
    assert.equal(readChannelData(Uint8Array.of(0x40, 0, 0, 0, 0), 0, size, true), -1);
  }
});

test('numbers that cannot be bound are dropped (RFC 8656 §12.6)', () => {
  for (const channel of [0x3fff, 0x8000, 0xffff, 0]) {
    assert.equal(read(channel, 0, 4, false), -1);
    assert.equal(isChannelNumber(channel), false);
  }
  assert.equal(isChannelNumber(0x4000), true);
  assert.equal(isChannelNumber(0x4fff), true);
  assert.equal(isChannelNumber(0x7fff), true);
});

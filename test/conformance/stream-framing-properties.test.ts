import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concatBytes, encodeHex, writeU16, writeU32 } from '../../src/base/bytes.ts';
import { STREAM_FRAME_BYTES_MAX } from '../../src/base/limits.ts';
import { MAGIC_COOKIE } from '../../src/stun/message-layout.ts';
import { StreamFraming } from '../../src/stun/stream-framing.ts';

const stunFrame = fc.tuple(fc.nat(0x3ff), fc.nat(60)).map(([type, words]) => {
  const frame = new Uint8Array(20 + 4 * words).fill(0x5a);
  writeU16(frame, 0, type);
  writeU16(frame, 2, 4 * words);
  writeU32(frame, 4, MAGIC_COOKIE);
  return frame;
});

const channelDataFrame = fc.tuple(fc.integer({ min: 0x4000, max: 0x4fff }), fc.nat(250)).map(([channel, length]) => {
  const frame = new Uint8Array(4 + ((length + 3) & ~3)).fill(0xa5);
  writeU16(frame, 0, channel);
  writeU16(frame, 2, length);
  return frame;
});

/** `stream` cut into chunks of the given lengths, over and over. */
function cut(stream: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < stream.length; i += 1) {
    const length = lengths[i % lengths.length] as number;
    chunks.push(stream.slice(at, at + length));
    at += length;
  }
  return chunks;
}

/** The frames that come out, as hexadecimal, and whether the stream failed. Chunks are wiped once they are drained. */
function frame(chunks: readonly Uint8Array[]): { frames: string[]; failed: boolean } {
  const framing = new StreamFraming();
  const frames: string[] = [];
  for (const chunk of chunks) {
    framing.push(chunk);
    while (framing.next()) {
      frames.push(encodeHex(framing.bytes.subarray(framing.offset, framing.offset + framing.length)));
    }
    if (framing.failed) {
      break;
    }
    assert.ok(framing.carriedBytes < STREAM_FRAME_BYTES_MAX);
    chunk.fill(0xff);
  }
  return { frames, failed: framing.failed };
}

const chunkLengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 600 })), {
  minLength: 1,
  maxLength: 10,
});

test('the same frames come out for any cutting', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(stunFrame, channelDataFrame), { maxLength: 12 }), chunkLengths, (frames, lengths) => {
      const stream = concatBytes(...frames);
      assert.deepEqual(frame(cut(stream, lengths)), { frames: frames.map(encodeHex), failed: false });
    }),
    { numRuns: 300 },
  );
});

test('arbitrary bytes give the same frames and the same failure for any cutting', () => {
  const soup = fc.array(fc.oneof(stunFrame, channelDataFrame, fc.uint8Array({ maxLength: 30 })), { maxLength: 8 });
  fc.assert(
    fc.property(soup, chunkLengths, (parts, lengths) => {
      const stream = concatBytes(...parts);
      assert.deepEqual(frame(cut(stream, lengths)), frame([stream.slice()]));
    }),
    { numRuns: 300 },
  );
});

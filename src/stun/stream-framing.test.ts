import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../base/assert.ts';
import { concatBytes } from '../base/bytes.ts';
import { STREAM_FRAME_BYTES_MAX } from '../base/limits.ts';
import { writeChannelDataHeader } from './channel-data.ts';
import { ATTRIBUTE_DATA, ATTRIBUTE_SOFTWARE } from './registry/attributes.ts';
import { StreamFraming } from './stream-framing.ts';
import { buildMessage } from './test-support/build-message.ts';

function channelData(length: number): Uint8Array {
  const bytes = new Uint8Array(4 + ((length + 3) & ~3)).fill(0x41);
  writeChannelDataHeader(bytes, 0, 0x4001, length);
  return bytes;
}

function takeAll(framing: StreamFraming, chunk: Uint8Array): Uint8Array[] {
  framing.push(chunk);
  const frames: Uint8Array[] = [];
  while (framing.next()) {
    frames.push(framing.bytes.slice(framing.offset, framing.offset + framing.length));
  }
  return frames;
}

const MESSAGE = buildMessage((writer) => writer.addText(ATTRIBUTE_SOFTWARE, 'a client'));
const BARE_MESSAGE = buildMessage(() => undefined);
const LARGE_MESSAGE = buildMessage((writer) => writer.addBytes(ATTRIBUTE_DATA, new Uint8Array(3000).fill(7)));
const FRAMES = [MESSAGE, channelData(5), BARE_MESSAGE, channelData(0), channelData(4), LARGE_MESSAGE, channelData(1)];

test('frames that lie whole in a chunk are pointed at there', () => {
  const framing = new StreamFraming();
  const chunk = concatBytes(...FRAMES);
  framing.push(chunk);
  let at = 0;
  for (const frame of FRAMES) {
    assert.equal(framing.next(), true);
    assert.equal(framing.bytes, chunk);
    assert.deepEqual([framing.offset, framing.length], [at, frame.length]);
    at += frame.length;
  }
  assert.equal(framing.next(), false);
  assert.equal(framing.next(), false);
  assert.notEqual(framing.bytes, chunk, 'a drained chunk is let go');
  assert.deepEqual([framing.failed, framing.carriedBytes], [false, 0]);
});

test('frames come out the same, wherever the stream is cut in two', () => {
  const stream = concatBytes(...FRAMES);
  for (let cut = 0; cut <= stream.length; cut += 1) {
    const framing = new StreamFraming();
    const frames = [...takeAll(framing, stream.slice(0, cut)), ...takeAll(framing, stream.slice(cut))];
    assert.deepEqual(frames, FRAMES, String(cut));
    assert.deepEqual([framing.failed, framing.carriedBytes], [false, 0]);
  }
});

test('frames come out the same, byte by byte and in any step', () => {
  const stream = concatBytes(...FRAMES);
  for (const step of [1, 2, 3, 5, 7, 64, 1000]) {
    const framing = new StreamFraming();
    const frames: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += step) {
      frames.push(...takeAll(framing, stream.slice(at, at + step)));
    }
    assert.deepEqual(frames, FRAMES, String(step));
  }
});

test('the memory of a chunk may be used again once it is drained', () => {
  const framing = new StreamFraming();
  const chunk = MESSAGE.slice(0, 25);
  assert.deepEqual(takeAll(framing, chunk), []);
  assert.equal(framing.carriedBytes, 25);
  chunk.fill(0);
  assert.deepEqual(takeAll(framing, MESSAGE.slice(25)), [MESSAGE]);
});

test('a frame that was put together stays as it is when the next one is', () => {
  const framing = new StreamFraming();
  takeAll(framing, MESSAGE.slice(0, 10));
  framing.push(concatBytes(MESSAGE.slice(10), LARGE_MESSAGE.slice(0, 100)));
  assert.equal(framing.next(), true);
  const frame = framing.bytes.subarray(framing.offset, framing.offset + framing.length);
  assert.equal(framing.next(), false);
  assert.deepEqual(takeAll(framing, LARGE_MESSAGE.slice(100)), [LARGE_MESSAGE]);
  assert.deepEqual(frame.slice(), MESSAGE);
});

test('the longest frames of both kinds pass', () => {
  const longest = new Uint8Array(STREAM_FRAME_BYTES_MAX);
  longest.set(BARE_MESSAGE);
  longest[2] = 0xff;
  longest[3] = 0xfc;
  for (const frame of [longest, channelData(65_535)]) {
    const framing = new StreamFraming();
    const frames = [
      takeAll(framing, frame.slice(0, 1)),
      takeAll(framing, frame.slice(1, 9000)),
      takeAll(framing, frame.slice(9000)),
    ];
    assert.deepEqual(frames.flat(), [frame]);
  }
});

test('a first byte that begins neither kind fails the stream for good', () => {
  for (const first of [4, 22, 63, 128, 255]) {
    const framing = new StreamFraming();
    assert.deepEqual(takeAll(framing, concatBytes(BARE_MESSAGE, Uint8Array.of(first))), [BARE_MESSAGE]);
    assert.equal(framing.failed, true);
    assert.deepEqual(takeAll(framing, BARE_MESSAGE), []);
  }
});

test('a STUN length that is not of whole words fails the stream, in one chunk or several', () => {
  const bad = BARE_MESSAGE.slice();
  bad[3] = 2;
  const whole = new StreamFraming();
  assert.deepEqual(takeAll(whole, bad), []);
  assert.equal(whole.failed, true);
  const pieces = new StreamFraming();
  assert.deepEqual(takeAll(pieces, bad.slice(0, 3)), []);
  assert.equal(pieces.failed, false);
  assert.deepEqual(takeAll(pieces, bad.slice(3)), []);
  assert.equal(pieces.failed, true);
});

test('an empty chunk changes nothing', () => {
  const framing = new StreamFraming();
  assert.deepEqual(takeAll(framing, new Uint8Array(0)), []);
  assert.deepEqual(takeAll(framing, MESSAGE.slice(0, 2)), []);
  assert.deepEqual(takeAll(framing, new Uint8Array(0)), []);
  assert.deepEqual(takeAll(framing, MESSAGE.slice(2)), [MESSAGE]);
});

test('pushing before the chunk is drained is a bug', () => {
  const framing = new StreamFraming();
  framing.push(concatBytes(BARE_MESSAGE, BARE_MESSAGE));
  assert.equal(framing.next(), true);
  assert.throws(() => framing.push(BARE_MESSAGE), AssertionError);
});

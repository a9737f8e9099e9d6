import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nodeHashes } from '../../src/app/node-hashes.ts';
import { concatBytes, encodeHex, writeU16, writeU32 } from '../../src/base/bytes.ts';
import { channelDataLength, readChannelData } from '../../src/stun/channel-data.ts';
import { classifyPacket } from '../../src/stun/demux.ts';
import { verifyIntegrity, verifyIntegritySha256 } from '../../src/stun/integrity.ts';
import { MAGIC_COOKIE } from '../../src/stun/message-layout.ts';
import { CLASS_ERROR, CLASS_INDICATION, CLASS_REQUEST, CLASS_SUCCESS } from '../../src/stun/message-type.ts';
import { MessageView } from '../../src/stun/message-view.ts';
import { MessageWriter } from '../../src/stun/message-writer.ts';
import * as attributes from '../../src/stun/registry/attributes.ts';
import { anyAttribute, DRAWN_TYPES } from './attribute-arbitraries.ts';
import { describeAttributes, writeAttribute } from './message-description.ts';

const ENDING_TYPES = [
  attributes.ATTRIBUTE_MESSAGE_INTEGRITY,
  attributes.ATTRIBUTE_MESSAGE_INTEGRITY_SHA256,
  attributes.ATTRIBUTE_FINGERPRINT,
];

/** Any message that the writer can write, before its bytes. */
const anyMessage = fc.record({
  messageClass: fc.constantFrom(CLASS_REQUEST, CLASS_INDICATION, CLASS_SUCCESS, CLASS_ERROR),
  method: fc.nat(0xfff),
  transactionId: fc.uint8Array({ minLength: 12, maxLength: 12 }),
  attributes: fc.array(anyAttribute, { maxLength: 12 }),
  key: fc.uint8Array({ minLength: 1, maxLength: 80 }),
  sha1: fc.boolean(),
  /** Bytes of MESSAGE-INTEGRITY-SHA256; 0 for none. */
  sha256Length: fc.constantFrom(0, 16, 20, 24, 28, 32),
  fingerprint: fc.boolean(),
  offset: fc.nat(7),
});

type AnyMessage = typeof anyMessage extends fc.Arbitrary<infer Message> ? Message : never;

/** The message at its offset in an array with room behind it. */
function write(message: AnyMessage): { bytes: Uint8Array; length: number } {
  const bytes = new Uint8Array(16_384).fill(0xee);
  const writer = new MessageWriter();
  const { offset } = message;
  writer.begin(bytes, offset, 16_000, message.messageClass, message.method, message.transactionId, 0);
  for (const attribute of message.attributes) {
    writeAttribute(writer, attribute);
  }
  if (message.sha1) {
    writer.addIntegrity(nodeHashes, message.key);
  }
  if (message.sha256Length > 0) {
    writer.addIntegritySha256(nodeHashes, message.key, message.sha256Length);
  }
  if (message.fingerprint) {
    writer.addFingerprint();
  }
  assert.equal(writer.overflowed, false);
  return { bytes, length: writer.length };
}

test('the drawn attributes are all there are', () => {
  const registered: number[] = Object.entries(attributes)
    .filter(([name]) => name.startsWith('ATTRIBUTE_') && name !== 'ATTRIBUTE_OPTIONAL_MIN')
    .map(([, type]) => type);
  const unregistered = DRAWN_TYPES.filter((type) => !registered.includes(type));
  assert.deepEqual(new Set([...DRAWN_TYPES, ...ENDING_TYPES]), new Set([...registered, ...unregistered]));
  assert.equal(unregistered.length, 2);
});

test('what is written is read', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const { bytes, length } = write(message);
      const view = new MessageView();
      assert.equal(view.parse(bytes, message.offset, length), undefined);
      assert.deepEqual([view.messageClass, view.method], [message.messageClass, message.method]);
      assert.deepEqual(bytes.slice(view.transactionAt, view.transactionAt + 12), message.transactionId);
      const described = describeAttributes(view).filter(({ type }) => !ENDING_TYPES.includes(type));
      assert.deepEqual(described, message.attributes);
      assert.equal(verifyIntegrity(nodeHashes, view, message.key), message.sha1);
      assert.equal(view.integritySha256Length, message.sha256Length);
      assert.equal(verifyIntegritySha256(nodeHashes, view, message.key, 16), message.sha256Length > 0);
      assert.equal(view.hasFingerprint, message.fingerprint);
      assert.ok(bytes.subarray(0, message.offset).every((byte) => byte === 0xee));
      assert.ok(bytes.subarray(message.offset + length).every((byte) => byte === 0xee));
    }),
    { numRuns: 300 },
  );
});

/** All that the codec tells of a range of bytes, whatever they are. Throws nothing. */
function tellEverything(bytes: Uint8Array, offset: number, length: number): unknown {
  const view = new MessageView();
  const failure = view.parse(bytes, offset, length);
  const unknown = new Uint16Array(16);
  const unknownCount = view.unknownRequired(new Set([attributes.ATTRIBUTE_USERNAME]), unknown);
  const channel = readChannelData(bytes, offset, length, false);
  return {
    failure,
    header: [view.messageClass, view.method, view.length, view.hasFingerprint],
    attributes: describeAttributes(view),
    places: Array.from({ length: view.attributeCount }, (_, i) => [view.attributeAt(i), view.attributeLength(i)]),
    unknown: [...unknown.subarray(0, unknownCount)],
    integrity: [view.integrityAt, view.integritySha256At, view.integritySha256Length],
    verified: [
      verifyIntegrity(nodeHashes, view, Uint8Array.of(1)),
      verifyIntegritySha256(nodeHashes, view, Uint8Array.of(1), 16),
    ],
    kind: classifyPacket(bytes, offset, length),
    channelData: [channel, channel < 0 ? 0 : channelDataLength(bytes, offset)],
    channelDataInStream: readChannelData(bytes, offset, length, true),
  };
}

/** Asserts that neither the bytes around a range nor what is read from it change when the other bytes do. */
function expectBounded(content: Uint8Array): void {
  const tell = (filler: number): unknown => {
    const bytes = new Uint8Array(content.length + 64).fill(filler);
    bytes.set(content, 32);
    const told = tellEverything(bytes, 32, content.length);
    assert.ok(bytes.every((byte, i) => byte === (i < 32 || i >= 32 + content.length ? filler : content[i - 32])));
    return told;
  };
  const told = tell(0x00);
  assert.deepEqual(tell(0xff), told);
  assert.deepEqual(tell(0x01), told);
  for (const [at, length] of (told as { places: [number, number][] }).places) {
    assert.ok(at >= 52 && at + length <= 32 + content.length);
  }
}

test('arbitrary bytes: nothing throws, nothing is read or changed outside', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), expectBounded), { numRuns: 500 });
});

test('arbitrary bytes behind a true header: the same', () => {
  const body = fc.array(
    fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.constantFrom(...DRAWN_TYPES, ...ENDING_TYPES).map(headerOf)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.nat(0x3fff), body, (type, parts) => {
      const content = concatBytes(new Uint8Array(20), ...parts);
      const whole = content.subarray(0, content.length & ~3);
      writeU16(whole, 0, type);
      writeU16(whole, 2, whole.length - 20);
      writeU32(whole, 4, MAGIC_COOKIE);
      expectBounded(whole);
    }),
    { numRuns: 1000 },
  );
});

/** An attribute header of `type` with a small length. */
function headerOf(type: number): Uint8Array {
  return Uint8Array.of(type >>> 8, type, 0, (type * 7) % 24);
}

test('messages with some bytes changed, cut or added: the same', () => {
  const mutation = fc.record({
    at: fc.nat(0xffff),
    value: fc.nat(0xff),
    cut: fc.nat(12),
    add: fc.uint8Array({ maxLength: 8 }),
  });
  fc.assert(
    fc.property(anyMessage, fc.array(mutation, { minLength: 1, maxLength: 4 }), (message, mutations) => {
      const { bytes, length } = write(message);
      let content = bytes.subarray(message.offset, message.offset + length);
      for (const { at, value, cut, add } of mutations) {
        content[at % content.length] = value;
        content = concatBytes(content.subarray(0, Math.max(1, content.length - cut)), add);
      }
      expectBounded(content);
    }),
    { numRuns: 400 },
  );
});

test('a message is told apart from another with the same view', () => {
  fc.assert(
    fc.property(anyMessage, anyMessage, (first, second) => {
      const view = new MessageView();
      const one = write(first);
      const other = write(second);
      assert.equal(view.parse(one.bytes, first.offset, one.length), undefined);
      assert.equal(view.parse(other.bytes, second.offset, other.length), undefined);
      const fresh = new MessageView();
      fresh.parse(other.bytes, second.offset, other.length);
      assert.deepEqual(describeAttributes(view), describeAttributes(fresh));
      assert.equal(
        encodeHex(other.bytes.subarray(view.transactionAt, view.transactionAt + 12)),
        encodeHex(second.transactionId),
      );
    }),
  );
});

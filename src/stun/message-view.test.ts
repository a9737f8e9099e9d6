import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { writeU16, writeU32 } from '../base/bytes.ts';
import { STUN_ATTRIBUTES_MAX } from '../base/limits.ts';
import { computeFingerprint } from './fingerprint.ts';
import { CLASS_INDICATION, CLASS_REQUEST } from './message-type.ts';
import { MessageView, type ParseFailure } from './message-view.ts';
import type { MessageWriter } from './message-writer.ts';
import {
  ATTRIBUTE_DATA,
  ATTRIBUTE_FINGERPRINT,
  ATTRIBUTE_LIFETIME,
  ATTRIBUTE_MESSAGE_INTEGRITY,
  ATTRIBUTE_MESSAGE_INTEGRITY_SHA256,
  ATTRIBUTE_REALM,
  ATTRIBUTE_SOFTWARE,
  ATTRIBUTE_USERNAME,
  ATTRIBUTE_XOR_PEER_ADDRESS,
} from './registry/attributes.ts';
import { METHOD_BINDING, METHOD_SEND } from './registry/methods.ts';
import { buildMessage, viewOf } from './test-support/build-message.ts';

const KEY = Uint8Array.of(1, 2, 3);

function parseFailure(bytes: Uint8Array): ParseFailure | undefined {
  return new MessageView().parse(bytes, 0, bytes.length);
}

function typesOf(view: MessageView): number[] {
  return Array.from({ length: view.attributeCount }, (_, index) => view.attributeType(index));
}

/** A message with attributes of `types`, each of 4 zero bytes but for the integrity ones, whose values are true. */
function messageOfTypes(...types: number[]): Uint8Array {
  return buildMessage((writer) => {
    for (const type of types) {
      addAttribute(writer, type);
    }
  });
}

function addAttribute(writer: MessageWriter, type: number): void {
  if (type === ATTRIBUTE_MESSAGE_INTEGRITY) {
    writer.addIntegrity(nodeHashes, KEY);
  } else if (type === ATTRIBUTE_MESSAGE_INTEGRITY_SHA256) {
    writer.addIntegritySha256(nodeHashes, KEY);
  } else if (type === ATTRIBUTE_FINGERPRINT) {
    writer.addFingerprint();
  } else {
    writer.addU32(type, 0);
  }
}

test('reads a message where it lies', () => {
  const message = buildMessage(
    (writer) => {
      writer.addU32(ATTRIBUTE_LIFETIME, 600);
      writer.addBytes(ATTRIBUTE_DATA, Uint8Array.of(7, 8, 9));
    },
    CLASS_INDICATION,
    METHOD_SEND,
  );
  const bytes = new Uint8Array(message.length + 20).fill(0xff);
  bytes.set(message, 13);
  const view = new MessageView();
  assert.equal(view.parse(bytes, 13, message.length), undefined);
  assert.equal(view.bytes, bytes);
  assert.deepEqual([view.offset, view.length, view.transactionAt], [13, message.length, 21]);
  assert.deepEqual([view.messageClass, view.method], [CLASS_INDICATION, METHOD_SEND]);
  assert.deepEqual(typesOf(view), [ATTRIBUTE_LIFETIME, ATTRIBUTE_DATA]);
  assert.deepEqual([view.attributeAt(1), view.attributeLength(1)], [13 + 20 + 8 + 4, 3]);
  assert.deepEqual([...bytes.subarray(view.attributeAt(1), view.attributeAt(1) + 3)], [7, 8, 9]);
});

test('a message without attributes is one', () => {
  const view = viewOf(buildMessage(() => undefined));
  assert.deepEqual([view.messageClass, view.method, view.attributeCount], [CLASS_REQUEST, METHOD_BINDING, 0]);
  assert.deepEqual([view.integrityAt, view.integritySha256At, view.hasFingerprint], [-1, -1, false]);
});

test('refuses fewer bytes than a header', () => {
  const bytes = buildMessage(() => undefined);
  for (let length = 0; length < 20; length += 1) {
    assert.equal(new MessageView().parse(bytes, 0, length), 'truncated');
  }
});

test('refuses a type with either of its first bits set', () => {
  for (const first of [0x40, 0x80, 0xc0]) {
    const bytes = buildMessage(() => undefined);
    bytes[0] = first;
    assert.equal(parseFailure(bytes), 'bad-type');
  }
});

test('refuses a message without the magic cookie, as RFC 3489 has them', () => {
  for (let at = 4; at < 8; at += 1) {
    const bytes = buildMessage(() => undefined);
    bytes[at] = (bytes[at] as number) ^ 1;
    assert.equal(parseFailure(bytes), 'bad-cookie');
  }
});

test('refuses a length field that is not where the bytes end, or not of whole words', () => {
  for (const length of [0, 4, 12, 7, 9, 0xfffc, 0xffff]) {
    const bytes = messageOfTypes(ATTRIBUTE_LIFETIME);
    writeU16(bytes, 2, length);
    assert.equal(parseFailure(bytes), 'length-mismatch', String(length));
  }
  const odd = new Uint8Array(22);
  odd.set(buildMessage(() => undefined));
  writeU16(odd, 2, 2);
  assert.equal(parseFailure(odd), 'length-mismatch');
});

test('refuses an attribute that reaches past the end', () => {
  for (const length of [5, 8, 0xffff, 0xfffc]) {
    const bytes = messageOfTypes(ATTRIBUTE_LIFETIME);
    writeU16(bytes, 22, length);
    assert.equal(parseFailure(bytes), 'attribute-overrun', String(length));
  }
});

test('an empty attribute ends a message', () => {
  const view = viewOf(buildMessage((writer) => writer.addEmpty(ATTRIBUTE_SOFTWARE)));
  assert.deepEqual([view.attributeCount, view.attributeLength(0), view.attributeAt(0)], [1, 0, 24]);
});

test('padding is ignored, whatever it holds', () => {
  const bytes = buildMessage((writer) => writer.addText(ATTRIBUTE_SOFTWARE, 'a'));
  bytes.fill(0xff, 25);
  assert.equal(viewOf(bytes).attributeLength(0), 1);
});

test('holds as many attributes as the limit says, and refuses one more', () => {
  const most = new Array<number>(STUN_ATTRIBUTES_MAX).fill(ATTRIBUTE_XOR_PEER_ADDRESS);
  assert.equal(viewOf(messageOfTypes(...most)).attributeCount, STUN_ATTRIBUTES_MAX);
  assert.equal(parseFailure(messageOfTypes(...most, ATTRIBUTE_LIFETIME)), 'too-many-attributes');
});

test('of a repeated attribute the first is found, and the next behind it', () => {
  const view = viewOf(messageOfTypes(ATTRIBUTE_REALM, ATTRIBUTE_LIFETIME, ATTRIBUTE_REALM));
  assert.equal(view.find(ATTRIBUTE_REALM), 0);
  assert.equal(view.find(ATTRIBUTE_REALM, 1), 2);
  assert.equal(view.find(ATTRIBUTE_REALM, 3), -1);
  assert.equal(view.find(ATTRIBUTE_USERNAME), -1);
});

test('what stands behind MESSAGE-INTEGRITY is not seen, but for the other two', () => {
  const view = viewOf(
    messageOfTypes(
      ATTRIBUTE_REALM,
      ATTRIBUTE_MESSAGE_INTEGRITY,
      ATTRIBUTE_LIFETIME,
      ATTRIBUTE_MESSAGE_INTEGRITY,
      ATTRIBUTE_MESSAGE_INTEGRITY_SHA256,
      ATTRIBUTE_USERNAME,
      ATTRIBUTE_FINGERPRINT,
    ),
  );
  assert.deepEqual(typesOf(view), [
    ATTRIBUTE_REALM,
    ATTRIBUTE_MESSAGE_INTEGRITY,
    ATTRIBUTE_MESSAGE_INTEGRITY_SHA256,
    ATTRIBUTE_FINGERPRINT,
  ]);
  assert.equal(view.integrityAt, 28);
  assert.equal(view.integritySha256At, 28 + 24 + 8 + 24);
  assert.equal(view.integritySha256Length, 32);
  assert.equal(view.hasFingerprint, true);
});

test('behind MESSAGE-INTEGRITY-SHA256 nothing but FINGERPRINT is seen', () => {
  const view = viewOf(
    messageOfTypes(
      ATTRIBUTE_MESSAGE_INTEGRITY_SHA256,
      ATTRIBUTE_MESSAGE_INTEGRITY,
      ATTRIBUTE_MESSAGE_INTEGRITY_SHA256,
      ATTRIBUTE_LIFETIME,
      ATTRIBUTE_FINGERPRINT,
    ),
  );
  assert.deepEqual(typesOf(view), [ATTRIBUTE_MESSAGE_INTEGRITY_SHA256, ATTRIBUTE_FINGERPRINT]);
  assert.deepEqual([view.integrityAt, view.integritySha256At], [-1, 20]);
});

test('what is not seen must still lie within the message', () => {
  const bytes = messageOfTypes(ATTRIBUTE_MESSAGE_INTEGRITY, ATTRIBUTE_LIFETIME);
  writeU16(bytes, 20 + 24 + 2, 8);
  assert.equal(parseFailure(bytes), 'attribute-overrun');
});

test('MESSAGE-INTEGRITY has 20 bytes; MESSAGE-INTEGRITY-SHA256 16 to 32 of whole words', () => {
  for (let length = 0; length <= 40; length += 1) {
    const sha1 = buildMessage((writer) => writer.addBytes(ATTRIBUTE_MESSAGE_INTEGRITY, new Uint8Array(length)));
    assert.equal(parseFailure(sha1), length === 20 ? undefined : 'bad-integrity-length');
    const sha256 = buildMessage((writer) =>
      writer.addBytes(ATTRIBUTE_MESSAGE_INTEGRITY_SHA256, new Uint8Array(length)),
    );
    const isAllowed = [16, 20, 24, 28, 32].includes(length);
    assert.equal(parseFailure(sha256), isAllowed ? undefined : 'bad-integrity-length');
  }
});

test('FINGERPRINT must be right, of 4 bytes, and last', () => {
  const bytes = messageOfTypes(ATTRIBUTE_SOFTWARE, ATTRIBUTE_FINGERPRINT);
  assert.equal(viewOf(bytes).hasFingerprint, true);
  for (const at of [0, 8, 21, 27, bytes.length - 1]) {
    const changed = bytes.slice();
    changed[at] = (changed[at] as number) ^ 1;
    assert.equal(parseFailure(changed), 'bad-fingerprint', String(at));
  }
  assert.equal(parseFailure(messageOfTypes(ATTRIBUTE_FINGERPRINT, ATTRIBUTE_SOFTWARE)), 'bad-fingerprint');
  assert.equal(parseFailure(messageOfTypes(ATTRIBUTE_FINGERPRINT, ATTRIBUTE_FINGERPRINT)), 'bad-fingerprint');
  const long = buildMessage((writer) => writer.addBytes(ATTRIBUTE_FINGERPRINT, new Uint8Array(8)));
  writeU32(long, 24, computeFingerprint(long, 0, 20));
  assert.equal(parseFailure(long), 'bad-fingerprint');
});

test('lists the comprehension-required types that are not known, each once, in order', () => {
  const view = viewOf(
    messageOfTypes(
      0x7fff,
      ATTRIBUTE_REALM,
      0x0003,
      0x7fff,
      0x8000,
      0xffff,
      ATTRIBUTE_MESSAGE_INTEGRITY,
      0x0004,
      ATTRIBUTE_MESSAGE_INTEGRITY_SHA256,
    ),
  );
  const out = new Uint16Array(8);
  assert.equal(view.unknownRequired(new Set([ATTRIBUTE_REALM]), out), 2);
  assert.deepEqual([...out.subarray(0, 2)], [0x7fff, 0x0003]);
  assert.equal(view.unknownRequired(new Set(), out), 3);
  assert.equal(view.unknownRequired(new Set([ATTRIBUTE_REALM, 3, 0x7fff]), out), 0);
  assert.equal(view.unknownRequired(new Set(), out.subarray(0, 1)), 1);
  assert.equal(view.unknownRequired(new Set(), out.subarray(0, 0)), 0);
});

test('a view forgets one message with the next, and keeps nothing of one it refused', () => {
  const view = new MessageView();
  const full = messageOfTypes(ATTRIBUTE_REALM, ATTRIBUTE_MESSAGE_INTEGRITY, ATTRIBUTE_MESSAGE_INTEGRITY_SHA256);
  assert.equal(view.parse(full, 0, full.length), undefined);
  const empty = buildMessage(() => undefined);
  assert.equal(view.parse(empty, 0, empty.length), undefined);
  assert.deepEqual([view.attributeCount, view.integrityAt, view.integritySha256At], [0, -1, -1]);
  assert.deepEqual([view.integritySha256Length, view.find(ATTRIBUTE_REALM)], [0, -1]);
  const overrun = messageOfTypes(ATTRIBUTE_REALM, ATTRIBUTE_MESSAGE_INTEGRITY, ATTRIBUTE_LIFETIME);
  writeU16(overrun, overrun.length - 6, 8);
  assert.equal(view.parse(overrun, 0, overrun.length), 'attribute-overrun');
  assert.deepEqual([view.attributeCount, view.integrityAt, view.method], [0, -1, 0]);
});

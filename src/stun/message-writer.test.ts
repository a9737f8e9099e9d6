import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { AssertionError } from '../base/assert.ts';
import { encodeHex, encodeUtf8, readU16 } from '../base/bytes.ts';
import { parseTransportAddress } from '../base/ip.ts';
import { STUN_MESSAGE_BYTES_MAX } from '../base/limits.ts';
import type { AddressWords } from '../base/socket-address.ts';
import { CLASS_ERROR, CLASS_INDICATION, CLASS_REQUEST } from './message-type.ts';
import { MessageView } from './message-view.ts';
import { MessageWriter } from './message-writer.ts';
import {
  ATTRIBUTE_ALTERNATE_DOMAIN,
  ATTRIBUTE_DATA,
  ATTRIBUTE_NONCE,
  ATTRIBUTE_SOFTWARE,
  ATTRIBUTE_USERNAME,
  ATTRIBUTE_XOR_PEER_ADDRESS,
} from './registry/attributes.ts';
import { METHOD_ALLOCATE, METHOD_BINDING, METHOD_DATA } from './registry/methods.ts';
import { buildMessage, TRANSACTION_ID, viewOf } from './test-support/build-message.ts';

const KEY = Uint8Array.of(1, 2, 3);

function address(text: string): AddressWords {
  const words = parseTransportAddress(text);
  assert.ok(words !== undefined);
  return words;
}

/** Hexadecimal of what follows the header. */
function bodyOf(write: (writer: MessageWriter) => void): string {
  return encodeHex(buildMessage(write).subarray(20));
}

test('a header is type, length, cookie, transaction identifier', () => {
  const bytes = buildMessage(() => undefined, CLASS_ERROR, METHOD_ALLOCATE);
  assert.equal(encodeHex(bytes), '011300002112a4420102030405060708090a0b0c');
});

/** What is added, and the hexadecimal that its section draws. */
const DRAWINGS: readonly (readonly [add: (writer: MessageWriter) => void, hex: string])[] = [
  [(writer) => writer.addBytes(ATTRIBUTE_DATA, Uint8Array.of(9, 8, 7), 1), '00130002 08070000'],
  [(writer) => writer.addU32(0x000d, 0xfffefdfc), '000d0004 fffefdfc'],
  [(writer) => writer.addText(ATTRIBUTE_SOFTWARE, 'né'), '80220003 6ec3a900'],
  [(writer) => writer.addAddress(0x0001, address('1.2.3.4:80')), '00010008 00010050 01020304'],
  [
    (writer) => writer.addAddress(0x8023, address('[102::ff]:65535')),
    '80230014 0002ffff 01020000 00000000 00000000 000000ff',
  ],
  [(writer) => writer.addXorAddress(0x0020, address('1.2.3.4:80')), '00200008 00012142 2010a746'],
  [
    (writer) => writer.addXorAddress(0x0012, address('[102::ff]:80')),
    '00120014 00022142 2010a442 01020304 05060708 090a0bf3',
  ],
  [(writer) => writer.addErrorCode(438, 'no'), '00090006 00000426 6e6f0000'],
  [(writer) => writer.addErrorCode(699, ''), '00090004 00000663'],
  [(writer) => writer.addAddressErrorCode(6, 440, ''), '80010004 02000428'],
  [(writer) => writer.addUnknownAttributes(Uint16Array.of(1, 0x7fff, 3)), '000a0006 00017fff 00030000'],
  [(writer) => writer.addUnknownAttributes(Uint16Array.of(1, 2), 1), '000a0002 00010000'],
  [(writer) => writer.addPasswordAlgorithm(2), '001d0004 00020000'],
  [(writer) => writer.addPasswordAlgorithms([2, 1]), '80020008 00020000 00010000'],
  [(writer) => writer.addLifetime(600), '000d0004 00000258'],
  [(writer) => writer.addChannelNumber(0x4fff), '000c0004 4fff0000'],
  [(writer) => writer.addRequestedTransport(17), '00190004 11000000'],
  [(writer) => writer.addAddressFamily(0x0017, 6), '00170004 02000000'],
  [(writer) => writer.addAddressFamily(0x8000, 4), '80000004 01000000'],
  [(writer) => writer.addEvenPort(true), '00180001 80000000'],
  [(writer) => writer.addEvenPort(false), '00180001 00000000'],
  [(writer) => writer.addDontFragment(), '001a0000'],
  [(writer) => writer.addIcmp(3, 4, 1400), '80040008 00000604 00000578'],
  [(writer) => writer.addIcmp(127, 511, 0), '80040008 0000ffff 00000000'],
];

test('every attribute is written as its section draws it', () => {
  for (const [add, hex] of DRAWINGS) {
    assert.equal(bodyOf(add), hex.replaceAll(' ', ''));
  }
});

test('an error code has its recommended phrase unless told another', () => {
  assert.equal(
    bodyOf((writer) => writer.addErrorCode(401)),
    bodyOf((writer) => writer.addErrorCode(401, 'Unauthenticated')),
  );
  assert.equal(
    bodyOf((writer) => writer.addErrorCode(499)),
    bodyOf((writer) => writer.addErrorCode(499, '')),
  );
});

test('the length field is true after every attribute', () => {
  const bytes = new Uint8Array(512);
  const writer = new MessageWriter();
  writer.begin(bytes, 16, 400, CLASS_REQUEST, METHOD_BINDING, TRANSACTION_ID, 0);
  const adds: (() => void)[] = [
    () => writer.addText(ATTRIBUTE_SOFTWARE, 'abcde'),
    () => writer.addErrorCode(400),
    () => writer.addIntegrity(nodeHashes, KEY),
    () => writer.addIntegritySha256(nodeHashes, KEY, 16),
    () => writer.addFingerprint(),
  ];
  const view = new MessageView();
  for (const [i, add] of adds.entries()) {
    add();
    assert.equal(readU16(bytes, 18), writer.length - 20);
    assert.equal(view.parse(bytes, 16, writer.length), undefined);
    assert.equal(view.attributeCount, i + 1);
  }
});

test('a payload in place becomes DATA where it lies', () => {
  const bytes = new Uint8Array(200).fill(0xee);
  const payload = encodeUtf8('hello');
  bytes.set(payload, 100);
  const writer = new MessageWriter();
  writer.begin(bytes, 100 - 36, 100, CLASS_INDICATION, METHOD_DATA, TRANSACTION_ID, 0);
  writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, address('1.2.3.4:5'));
  writer.addInPlace(ATTRIBUTE_DATA, payload.length);
  assert.equal(writer.length, 44);
  const view = new MessageView();
  assert.equal(view.parse(bytes, 64, writer.length), undefined);
  assert.deepEqual([view.attributeAt(1), view.attributeLength(1)], [100, 5]);
  assert.deepEqual(bytes.slice(100, 109), Uint8Array.of(...payload, 0, 0, 0, 0xee));
});

test('the transaction identifier may come from the bytes that are written over', () => {
  const request = buildMessage((writer) => writer.addText(ATTRIBUTE_SOFTWARE, 'abc'));
  const writer = new MessageWriter();
  writer.begin(request, 0, request.length, CLASS_ERROR, METHOD_BINDING, request, 8);
  assert.deepEqual(request.slice(8, 20), TRANSACTION_ID);
  writer.begin(request, 4, request.length - 4, CLASS_ERROR, METHOD_BINDING, request, 8);
  assert.deepEqual(request.slice(12, 24), TRANSACTION_ID);
});

test('never writes outside of its capacity, and says when that was too small', () => {
  const full = buildMessage(addEverything);
  for (let capacity = 0; capacity <= full.length; capacity += 1) {
    const bytes = new Uint8Array(full.length + 64).fill(0xee);
    const writer = new MessageWriter();
    writer.begin(bytes, 32, capacity, CLASS_REQUEST, METHOD_BINDING, TRANSACTION_ID, 0);
    addEverything(writer);
    assert.equal(writer.overflowed, capacity < full.length, String(capacity));
    assert.ok(writer.length <= capacity);
    assert.ok(bytes.subarray(0, 32).every((byte) => byte === 0xee));
    assert.ok(bytes.subarray(32 + capacity).every((byte) => byte === 0xee));
    if (writer.length > 0) {
      assert.equal(new MessageView().parse(bytes, 32, writer.length), undefined);
    }
  }
});

function addEverything(writer: MessageWriter): void {
  writer.addText(ATTRIBUTE_SOFTWARE, 'abcde');
  writer.addBytes(ATTRIBUTE_DATA, Uint8Array.of(1));
  writer.addInPlace(ATTRIBUTE_DATA, 2);
  writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, address('[::1]:1'));
  writer.addErrorCode(400, 'x');
  writer.addUnknownAttributes(Uint16Array.of(1));
  writer.addPasswordAlgorithms([2, 1]);
  writer.addEvenPort(true);
  writer.addDontFragment();
  writer.addIcmp(1, 2, 3);
  writer.addIntegrity(nodeHashes, KEY);
  writer.addIntegritySha256(nodeHashes, KEY);
  writer.addFingerprint();
}

test('after an overflow nothing smaller slips in', () => {
  const bytes = new Uint8Array(32);
  const writer = new MessageWriter();
  writer.begin(bytes, 0, 32, CLASS_REQUEST, METHOD_BINDING, TRANSACTION_ID, 0);
  writer.addText(ATTRIBUTE_SOFTWARE, 'much too long');
  writer.addEmpty(ATTRIBUTE_DATA);
  assert.deepEqual([writer.overflowed, writer.length], [true, 20]);
  writer.begin(bytes, 0, 32, CLASS_REQUEST, METHOD_BINDING, TRANSACTION_ID, 0);
  assert.equal(writer.overflowed, false);
});

test('a message has at most as many bytes as its length field can say', () => {
  const bytes = new Uint8Array(STUN_MESSAGE_BYTES_MAX + 100);
  const writer = new MessageWriter();
  writer.begin(bytes, 0, bytes.length, CLASS_REQUEST, METHOD_BINDING, TRANSACTION_ID, 0);
  writer.addInPlace(ATTRIBUTE_DATA, STUN_MESSAGE_BYTES_MAX - 24);
  assert.deepEqual([writer.length, writer.overflowed], [STUN_MESSAGE_BYTES_MAX, false]);
  writer.addEmpty(ATTRIBUTE_SOFTWARE);
  assert.equal(writer.overflowed, true);
  const view = new MessageView();
  assert.equal(view.parse(bytes, 0, writer.length), undefined);
  assert.equal(view.attributeLength(0), STUN_MESSAGE_BYTES_MAX - 24);
});

test('texts of the allowed lengths are written, longer ones are a bug', () => {
  const writeText = (type: number, text: string): string => bodyOf((writer) => writer.addText(type, text));
  const longest = '😀'.repeat(127);
  assert.equal(writeText(ATTRIBUTE_NONCE, longest).length, 2 * (4 + 508));
  assert.throws(() => writeText(ATTRIBUTE_NONCE, `${longest}a`), AssertionError);
  assert.throws(() => writeText(ATTRIBUTE_SOFTWARE, 'a'.repeat(128)), AssertionError);
  assert.equal(writeText(ATTRIBUTE_USERNAME, 'a'.repeat(508)).length, 2 * (4 + 508));
  assert.throws(() => writeText(ATTRIBUTE_USERNAME, 'a'.repeat(509)), AssertionError);
  assert.equal(writeText(ATTRIBUTE_ALTERNATE_DOMAIN, 'a'.repeat(255)).length, 2 * (4 + 256));
  assert.throws(() => writeText(ATTRIBUTE_ALTERNATE_DOMAIN, 'a'.repeat(256)), AssertionError);
  assert.throws(() => bodyOf((writer) => writer.addErrorCode(400, 'a'.repeat(128))), AssertionError);
});

test('a value that does not fit its field is a bug', () => {
  assert.throws(() => bodyOf((writer) => writer.addErrorCode(299)), AssertionError);
  assert.throws(() => bodyOf((writer) => writer.addErrorCode(700)), AssertionError);
  assert.throws(() => bodyOf((writer) => writer.addIcmp(128, 0, 0)), AssertionError);
  assert.throws(() => bodyOf((writer) => writer.addIcmp(0, 512, 0)), AssertionError);
  for (const length of [0, 12, 18, 36]) {
    assert.throws(() => bodyOf((writer) => writer.addIntegritySha256(nodeHashes, KEY, length)), AssertionError);
  }
  const writer = new MessageWriter();
  assert.throws(
    () => writer.begin(new Uint8Array(30), 10, 21, CLASS_REQUEST, METHOD_BINDING, TRANSACTION_ID, 0),
    AssertionError,
  );
});

test('padding is zero even where other bytes were', () => {
  const bytes = buildMessage((writer) => {
    writer.addText(ATTRIBUTE_SOFTWARE, 'a');
    writer.addBytes(ATTRIBUTE_DATA, Uint8Array.of(1, 2));
    writer.addUnknownAttributes(Uint16Array.of(5));
    writer.addErrorCode(400, 'abc');
    writer.addEvenPort(true);
  });
  const view = viewOf(bytes);
  for (let index = 0; index < view.attributeCount; index += 1) {
    const end = view.attributeAt(index) + view.attributeLength(index);
    assert.ok(bytes.subarray(end, (end + 3) & ~3).every((byte) => byte === 0));
  }
});

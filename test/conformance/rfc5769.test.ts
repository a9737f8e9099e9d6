import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../../src/app/node-hashes.ts';
import { encodeHex, encodeUtf8 } from '../../src/base/bytes.ts';
import { formatTransportAddress, parseTransportAddress } from '../../src/base/ip.ts';
import { ADDRESS_WORDS } from '../../src/base/socket-address.ts';
import { readXorAddress } from '../../src/stun/attributes/address.ts';
import { readText } from '../../src/stun/attributes/text.ts';
import { longTermKeyMd5, verifyIntegrity } from '../../src/stun/integrity.ts';
import { CLASS_REQUEST, CLASS_SUCCESS } from '../../src/stun/message-type.ts';
import { MessageWriter } from '../../src/stun/message-writer.ts';
import {
  ATTRIBUTE_NONCE,
  ATTRIBUTE_REALM,
  ATTRIBUTE_SOFTWARE,
  ATTRIBUTE_USERNAME,
  ATTRIBUTE_XOR_MAPPED_ADDRESS,
} from '../../src/stun/registry/attributes.ts';
import { METHOD_BINDING } from '../../src/stun/registry/methods.ts';
import { viewOf } from '../../src/stun/test-support/build-message.ts';
import { hexBytes } from './hex-bytes.ts';

/** The key of the short-term credential mechanism is the password itself (RFC 8489 §9.1.1). */
const SHORT_TERM_KEY = encodeUtf8('VOkJxbRl1RmTxUk/WvJxBt');
const ATTRIBUTE_PRIORITY = 0x0024;
const ATTRIBUTE_ICE_CONTROLLED = 0x8029;

/** RFC 5769 §2.1. */
const SAMPLE_REQUEST = hexBytes(`
  00010058 2112a442 b7e7a701 bc34d686 fa87dfae
  80220010 5354554e 20746573 7420636c 69656e74
  00240004 6e0001ff
  80290008 932ff9b1 51263b36
  00060009 6576746a 3a683676 59202020
  00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
  80280004 e57a3bcf`);

/** RFC 5769 §2.2. */
const IPV4_RESPONSE = hexBytes(`
  0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
  8022000b 74657374 20766563 746f7220
  00200008 0001a147 e112a643
  00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
  80280004 c07d4c96`);

/** RFC 5769 §2.3. */
const IPV6_RESPONSE = hexBytes(`
  01010048 2112a442 b7e7a701 bc34d686 fa87dfae
  8022000b 74657374 20766563 746f7220
  00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
  00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
  80280004 c8fb0b4c`);

/** RFC 5769 §2.4. */
const LONG_TERM_REQUEST = hexBytes(`
  00010060 2112a442 78ad3433 c6ad72c0 29da412e
  00060012 e3839ee3 8388e383 aae38383 e382afe3 82b90000
  0015001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341
  0014000b 6578616d 706c652e 6f726700
  00080014 f6702465 6dd64a3e 02b8e071 2e85c9a2 8ca89666`);

test('§2.1: a request with integrity and fingerprint', () => {
  const view = viewOf(SAMPLE_REQUEST);
  assert.deepEqual([view.messageClass, view.method, view.hasFingerprint], [CLASS_REQUEST, METHOD_BINDING, true]);
  assert.equal(readText(view, view.find(ATTRIBUTE_SOFTWARE)), 'STUN test client');
  assert.equal(readText(view, view.find(ATTRIBUTE_USERNAME)), 'evtj:h6vY');
  assert.equal(verifyIntegrity(nodeHashes, view, SHORT_TERM_KEY), true);
  assert.equal(verifyIntegrity(nodeHashes, view, encodeUtf8('VOkJxbRl1RmTxUk/WvJxBT')), false);
  const unknown = new Uint16Array(4);
  assert.equal(view.unknownRequired(new Set([ATTRIBUTE_USERNAME]), unknown), 1);
  assert.equal(unknown[0], ATTRIBUTE_PRIORITY);
  assert.ok(view.find(ATTRIBUTE_ICE_CONTROLLED) >= 0);
});

for (const [section, bytes, mapped] of [
  ['§2.2', IPV4_RESPONSE, '192.0.2.1:32853'],
  ['§2.3', IPV6_RESPONSE, '[2001:db8:1234:5678:11:2233:4455:6677]:32853'],
] as const) {
  test(`${section}: a response with a mapped address`, () => {
    const view = viewOf(bytes);
    const address = new Uint32Array(ADDRESS_WORDS);
    assert.deepEqual([view.messageClass, view.hasFingerprint], [CLASS_SUCCESS, true]);
    assert.equal(readText(view, view.find(ATTRIBUTE_SOFTWARE)), 'test vector');
    assert.equal(readXorAddress(view, view.find(ATTRIBUTE_XOR_MAPPED_ADDRESS), address), true);
    assert.equal(formatTransportAddress(address), mapped);
    assert.equal(verifyIntegrity(nodeHashes, view, SHORT_TERM_KEY), true);
  });

  test(`${section}: written again, the bytes up to the integrity are the same but for the padding`, () => {
    const out = new Uint8Array(bytes.length);
    const writer = new MessageWriter();
    writer.begin(out, 0, out.length, CLASS_SUCCESS, METHOD_BINDING, bytes, 8);
    writer.addText(ATTRIBUTE_SOFTWARE, 'test vector');
    writer.addXorAddress(ATTRIBUTE_XOR_MAPPED_ADDRESS, parseTransportAddress(mapped) ?? new Uint32Array(5));
    writer.addIntegrity(nodeHashes, SHORT_TERM_KEY);
    writer.addFingerprint();
    assert.deepEqual([writer.overflowed, writer.length], [false, bytes.length]);
    // The vectors pad with spaces, which RFC 5389 allowed; RFC 8489 §14 wants zeroes.
    assert.equal(bytes[35], 0x20);
    const expected = bytes.slice(0, bytes.length - 32);
    expected[35] = 0;
    assert.equal(encodeHex(out.subarray(0, out.length - 32)), encodeHex(expected));
    assert.equal(verifyIntegrity(nodeHashes, viewOf(out), SHORT_TERM_KEY), true);
  });
}

test('§2.4: a request with long-term authentication', () => {
  const view = viewOf(LONG_TERM_REQUEST);
  const username = readText(view, view.find(ATTRIBUTE_USERNAME));
  const realm = readText(view, view.find(ATTRIBUTE_REALM));
  assert.equal(username, 'マトリックス');
  assert.equal(realm, 'example.org');
  assert.equal(readText(view, view.find(ATTRIBUTE_NONCE)), 'f//499k954d6OL34oL9FSTvy64sA');
  // The vector's password after SASLprep, which is not done here.
  const key = longTermKeyMd5(nodeHashes, encodeUtf8(username), encodeUtf8(realm), encodeUtf8('TheMatrIX'));
  assert.equal(verifyIntegrity(nodeHashes, view, key), true);
});

test('§2.4: written again, the request is the same to the byte', () => {
  const out = new Uint8Array(LONG_TERM_REQUEST.length);
  const key = longTermKeyMd5(
    nodeHashes,
    encodeUtf8('マトリックス'),
    encodeUtf8('example.org'),
    encodeUtf8('TheMatrIX'),
  );
  const writer = new MessageWriter();
  writer.begin(out, 0, out.length, CLASS_REQUEST, METHOD_BINDING, LONG_TERM_REQUEST, 8);
  writer.addText(ATTRIBUTE_USERNAME, 'マトリックス');
  writer.addText(ATTRIBUTE_NONCE, 'f//499k954d6OL34oL9FSTvy64sA');
  writer.addText(ATTRIBUTE_REALM, 'example.org');
  writer.addIntegrity(nodeHashes, key);
  assert.equal(encodeHex(out), encodeHex(LONG_TERM_REQUEST));
});

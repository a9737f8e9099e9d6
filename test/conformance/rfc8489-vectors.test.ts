import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../../src/app/node-hashes.ts';
import { concatBytes, encodeHex, encodeUtf8 } from '../../src/base/bytes.ts';
import { readPasswordAlgorithm } from '../../src/stun/attributes/password-algorithm.ts';
import { readText } from '../../src/stun/attributes/text.ts';
import { readUserhash, USERHASH_BYTES } from '../../src/stun/attributes/turn-values.ts';
import { longTermKeySha256, verifyIntegritySha256 } from '../../src/stun/integrity.ts';
import { CLASS_REQUEST } from '../../src/stun/message-type.ts';
import { MessageView } from '../../src/stun/message-view.ts';
import { MessageWriter } from '../../src/stun/message-writer.ts';
import {
  ATTRIBUTE_NONCE,
  ATTRIBUTE_PASSWORD_ALGORITHM,
  ATTRIBUTE_REALM,
  ATTRIBUTE_USERHASH,
} from '../../src/stun/registry/attributes.ts';
import { METHOD_BINDING } from '../../src/stun/registry/methods.ts';
import { PASSWORD_ALGORITHM_SHA256 } from '../../src/stun/registry/password-algorithms.ts';
import { NONCE_COOKIE, SECURITY_USERNAME_ANONYMITY } from '../../src/stun/registry/security-features.ts';
import { viewOf } from '../../src/stun/test-support/build-message.ts';
import { hexBytes } from './hex-bytes.ts';

const USERNAME = encodeUtf8('マトリックス');
const REALM = encodeUtf8('example.org');
/** After OpaqueString, which is not done here. */
const PASSWORD = encodeUtf8('TheMatrIX');
const NONCE = 'obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA';
const KEY = longTermKeySha256(nodeHashes, USERNAME, REALM, PASSWORD);

const BEFORE_ALGORITHM = `
  001e0020 4a3cf38f ef6992bd a952c678 0417da0f 24819415 569e60b2 05c46e41 407f1704
  00150029 6f624d61 744a6f73 32414141 43662f2f 3439396b 39353464 364f4c33 346f4c39 46535476 79363473 41000000
  0014000b 6578616d 706c652e 6f726700`;

/** RFC 8489 appendix B.1 as erratum 6268 corrects it: with PASSWORD-ALGORITHM, and a true length. */
const CORRECTED = hexBytes(`
  00010090 2112a442 78ad3433 c6ad72c0 29da412e ${BEFORE_ALGORITHM}
  001d0004 00020000
  001c0020 b5c7bf00 5b6c52a2 1c51c5e8 92f81924 136296cb 927c4314 9309278c c6518e65`);

/** RFC 8489 appendix B.1 as printed. */
const PRINTED = hexBytes(`
  0001009c 2112a442 78ad3433 c6ad72c0 29da412e ${BEFORE_ALGORITHM}
  001c0020 e4686c8f 0edeb590 13e07090 010a93ef ccbccc54 4c0a45d9 f830aa6d 6f735a01`);

test('B.1: a request with USERHASH, PASSWORD-ALGORITHM and MESSAGE-INTEGRITY-SHA256', () => {
  const view = viewOf(CORRECTED);
  assert.equal(verifyIntegritySha256(nodeHashes, view, KEY), true);
  assert.equal(readText(view, view.find(ATTRIBUTE_NONCE)), NONCE);
  assert.equal(readText(view, view.find(ATTRIBUTE_REALM)), 'example.org');
  assert.equal(readPasswordAlgorithm(view, view.find(ATTRIBUTE_PASSWORD_ALGORITHM)), PASSWORD_ALGORITHM_SHA256);
  const at = readUserhash(view, view.find(ATTRIBUTE_USERHASH));
  const expected = nodeHashes.sha256(concatBytes(USERNAME, encodeUtf8(':'), REALM));
  assert.equal(encodeHex(CORRECTED.subarray(at, at + USERHASH_BYTES)), encodeHex(expected));
});

test('B.1: written again, the request is the same to the byte', () => {
  const out = new Uint8Array(CORRECTED.length);
  const writer = new MessageWriter();
  writer.begin(out, 0, out.length, CLASS_REQUEST, METHOD_BINDING, CORRECTED, 8);
  writer.addBytes(ATTRIBUTE_USERHASH, nodeHashes.sha256(concatBytes(USERNAME, encodeUtf8(':'), REALM)));
  writer.addText(ATTRIBUTE_NONCE, NONCE);
  writer.addText(ATTRIBUTE_REALM, 'example.org');
  writer.addPasswordAlgorithm(PASSWORD_ALGORITHM_SHA256);
  writer.addIntegritySha256(nodeHashes, KEY);
  assert.equal(encodeHex(out), encodeHex(CORRECTED));
});

test('B.1 as printed claims 20 bytes more than it has, and is refused', () => {
  assert.equal(PRINTED.length, 0x9c);
  assert.equal(new MessageView().parse(PRINTED, 0, PRINTED.length), 'length-mismatch');
});

test('B.1: the nonce’s feature bits are numbered from the least significant one (erratum 6290)', () => {
  assert.ok(NONCE.startsWith(NONCE_COOKIE));
  const bits = Buffer.from(NONCE.slice(NONCE_COOKIE.length, NONCE_COOKIE.length + 4), 'base64').readUIntBE(0, 3);
  assert.equal(bits, SECURITY_USERNAME_ANONYMITY);
});

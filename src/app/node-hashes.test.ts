import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { decodeHex, encodeHex, encodeUtf8 } from '../base/bytes.ts';
import { nodeHashes } from './node-hashes.ts';

const HI_THERE = encodeUtf8('Hi There');
const KEY_20 = new Uint8Array(20).fill(0x0b);

function bytes(hex: string): Uint8Array {
  const decoded = decodeHex(hex);
  assert.ok(decoded !== undefined);
  return decoded;
}

test('MD5 (RFC 1321 appendix A.5) and SHA-256 (FIPS 180-2 appendix B.1)', () => {
  assert.equal(encodeHex(nodeHashes.md5(encodeUtf8('abc'))), '900150983cd24fb0d6963f7d28e17f72');
  assert.equal(
    encodeHex(nodeHashes.sha256(encodeUtf8('abc'))),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

test('HMAC-SHA-1 (RFC 2202 §3) and HMAC-SHA-256, -384 (RFC 4231 §4.2)', () => {
  assert.equal(encodeHex(nodeHashes.hmacSha1(KEY_20, HI_THERE)), 'b617318655057264e28bc0b6fb378c8ef146be00');
  assert.equal(
    encodeHex(nodeHashes.hmacSha256(KEY_20, HI_THERE)),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  );
  assert.equal(
    encodeHex(nodeHashes.hmacSha384(KEY_20, HI_THERE)),
    'afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6',
  );
});

test('AES-256 in counter mode (NIST SP 800-38A F.5.5)', () => {
  const key = bytes('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4');
  const iv = bytes('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
  const plain = bytes('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51');
  const cipher = nodeHashes.aes256Ctr(key, iv, plain);
  assert.equal(encodeHex(cipher), '601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5');
  assert.deepEqual(nodeHashes.aes256Ctr(key, iv, cipher), plain);
  assert.deepEqual(nodeHashes.aes256Ctr(key, iv, plain.subarray(0, 5)), cipher.slice(0, 5));
});

test('HKDF-SHA-256 (RFC 5869 A.3: no salt, no info)', () => {
  const okm = nodeHashes.hkdfSha256(new Uint8Array(22).fill(0x0b), new Uint8Array(0), 42);
  assert.equal(encodeHex(okm), '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8');
});

test('what comes back is a plain array of its own', () => {
  const data = Uint8Array.of(1, 2, 3);
  for (const hash of [nodeHashes.md5, nodeHashes.sha256]) {
    assert.equal(Object.getPrototypeOf(hash(data)), Uint8Array.prototype);
    assert.deepEqual(hash(data), hash(data));
  }
  const first = nodeHashes.hmacSha1(KEY_20, data);
  const copy = first.slice();
  nodeHashes.hmacSha1(KEY_20, Uint8Array.of(4));
  assert.deepEqual(first, copy);
  assert.deepEqual(data, Uint8Array.of(1, 2, 3));
});

test('every keyed hash is the one of OpenSSL, whatever the lengths of key and data', () => {
  const named = { sha1: nodeHashes.hmacSha1, sha256: nodeHashes.hmacSha256, sha384: nodeHashes.hmacSha384 };
  const keyLengths = [0, 1, 20, 32, 48, 63, 64, 65, 127, 128, 129, 200];
  const dataLengths = [0, 1, 55, 56, 64, 111, 112, 128, 2_047, 2_048, 2_049, 65_536];
  for (const [name, hmac] of Object.entries(named)) {
    for (const keyLength of keyLengths) {
      for (const dataLength of dataLengths) {
        const key = new Uint8Array(keyLength).map((_, i) => i * 7 + 1);
        const data = new Uint8Array(dataLength).map((_, i) => i * 31 + keyLength);
        const expected = createHmac(name, key).update(data).digest('hex');
        assert.equal(encodeHex(hmac(key, data)), expected, `${name}, key of ${keyLength}, data of ${dataLength} bytes`);
      }
    }
  }
});

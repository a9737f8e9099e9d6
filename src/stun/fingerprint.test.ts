import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { computeFingerprint } from './fingerprint.ts';

test('the CRC-32 of the range, XORed with "STUN"', () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, i) => 255 - i);
  const expected = (crc32(bytes.subarray(8, 40)) ^ Buffer.from('STUN').readUInt32BE()) >>> 0;
  assert.equal(computeFingerprint(bytes, 8, 32), expected);
});

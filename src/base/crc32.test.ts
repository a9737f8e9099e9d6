import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { encodeUtf8 } from './bytes.ts';
import { crc32 } from './crc32.ts';

test('the check value of the CRC catalogue', () => {
  assert.equal(crc32(encodeUtf8('123456789'), 0, 9), 0xcbf43926);
  assert.equal(crc32(new Uint8Array(0), 0, 0), 0);
});

test('agrees with zlib on any range', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 300 }), fc.nat(), (bytes, seed) => {
      const offset = seed % bytes.length;
      const length = (seed >>> 8) % (bytes.length - offset + 1);
      assert.equal(crc32(bytes, offset, length), zlibCrc32(bytes.subarray(offset, offset + length)));
    }),
  );
});

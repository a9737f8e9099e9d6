import { createCipheriv, createHmac, hash, hkdfSync } from 'node:crypto';
import type { Hashes } from '../base/hash.ts';

const EMPTY = new Uint8Array(0);

/** The core's hash functions, on Node's OpenSSL. */
export const nodeHashes: Hashes = {
  md5: (data) => plainArray(hash('md5', data, 'buffer')),
  sha256: (data) => plainArray(hash('sha256', data, 'buffer')),
  hmacSha1: (key, data) => plainArray(createHmac('sha1', key).update(data).digest()),
  hmacSha256: (key, data) => plainArray(createHmac('sha256', key).update(data).digest()),
  hmacSha384: (key, data) => plainArray(createHmac('sha384', key).update(data).digest()),
  aes256Ctr: (key, iv, data) => plainArray(createCipheriv('aes-256-ctr', key, iv).update(data)),
  hkdfSha256: (secret, info, length) => new Uint8Array(hkdfSync('sha256', secret, EMPTY, info, length)),
};

/** The same bytes without `Buffer`'s methods, whose `slice` and `toString` differ from those that the core expects. */
function plainArray(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

import { createCipheriv, createHmac, hash, hkdfSync } from 'node:crypto';
import type { Hashes } from '../base/hash.ts';

const EMPTY = new Uint8Array(0);

/** SHA-384 has the longest block of the hash functions that are keyed here (FIPS 180-4 §1). */
const BLOCK_BYTES_MAX = 128;
/** Longer than any STUN message that is not an attack; what is longer still takes Node's own way. */
const DATA_BYTES_SCRATCH = 2_048;
/** Of RFC 2104 §2. */
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** What is hashed by {@link hmac}: a padded key, and the data behind it. Nothing of it is read after the call. */
const scratch = new Uint8Array(BLOCK_BYTES_MAX + DATA_BYTES_SCRATCH);

/** The core's hash functions, on Node's OpenSSL. */
export const nodeHashes: Hashes = {
  md5: (data) => digest('md5', data),
  sha256: (data) => digest('sha256', data),
  hmacSha1: (key, data) => hmac('sha1', 64, key, data),
  hmacSha256: (key, data) => hmac('sha256', 64, key, data),
  hmacSha384: (key, data) => hmac('sha384', 128, key, data),
  aes256Ctr: (key, iv, data) => plainArray(createCipheriv('aes-256-ctr', key, iv).update(data)),
  hkdfSha256: (secret, info, length) => new Uint8Array(hkdfSync('sha256', secret, EMPTY, info, length)),
};

type HashName = 'md5' | 'sha1' | 'sha256' | 'sha384';

/**
 * A digest that comes back as text costs a fifth of one that comes back as a `Buffer`: a `Buffer` from native code is an
 * external allocation, with its finalizer, and hashing so little is cheap beside that.
 */
function digest(name: HashName, data: Uint8Array): Uint8Array {
  return fromLatin1(hash(name, data, 'latin1'));
}

/**
 * HMAC (RFC 2104 §2) of two digests in one call each, which together cost a third of one `Hmac` object: every packet that
 * proves who sent it costs two of these.
 */
function hmac(name: HashName, blockBytes: number, key: Uint8Array, data: Uint8Array): Uint8Array {
  if (key.length > blockBytes || data.length > DATA_BYTES_SCRATCH) {
    return fromLatin1(createHmac(name, key).update(data).digest('latin1'));
  }
  padKey(key, blockBytes, INNER_PAD);
  scratch.set(data, blockBytes);
  const inner = hash(name, scratch.subarray(0, blockBytes + data.length), 'latin1');
  padKey(key, blockBytes, OUTER_PAD);
  for (let i = 0; i < inner.length; i += 1) {
    scratch[blockBytes + i] = inner.charCodeAt(i);
  }
  const outer = digest(name, scratch.subarray(0, blockBytes + inner.length));
  scratch.fill(0, 0, blockBytes);
  return outer;
}

function padKey(key: Uint8Array, blockBytes: number, pad: number): void {
  for (let i = 0; i < key.length; i += 1) {
    scratch[i] = (key[i] as number) ^ pad;
  }
  scratch.fill(pad, key.length, blockBytes);
}

/** The bytes of a text whose units are bytes. */
function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) {
    bytes[i] = text.charCodeAt(i);
  }
  return bytes;
}

/** The same bytes without `Buffer`'s methods, whose `slice` and `toString` differ from those that the core expects. */
function plainArray(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

import { encodeHex, encodeUtf8 } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import type { Random } from '../base/random.ts';

const TOKEN_BYTES = 32;
const ID_BYTES = 16;

/** A new API token: 64 hexadecimal digits. It is shown once; only its hash is kept. */
export function generateToken(random: Random): string {
  return randomHex(random, TOKEN_BYTES);
}

/** A new identifier: 32 hexadecimal digits. */
export function generateId(random: Random): string {
  return randomHex(random, ID_BYTES);
}

/**
 * What the store keeps of a token. A fast hash is enough: a token has 256 random bits, so there is nothing to guess.
 */
export function hashToken(hashes: Hashes, token: string): string {
  return encodeHex(hashes.sha256(encodeUtf8(token)));
}

/** Whether two token hashes are the same, in a time that does not depend on where they differ. */
export function sameTokenHash(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i += 1) {
    difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  }
  return difference === 0;
}

function randomHex(random: Random, length: number): string {
  const bytes = new Uint8Array(length);
  random.fill(bytes);
  return encodeHex(bytes);
}

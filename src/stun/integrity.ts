import { concatBytes, equalBytes, readU16, writeU16 } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import { STUN_HEADER_BYTES } from '../base/limits.ts';
import { ATTRIBUTE_HEADER_BYTES, INTEGRITY_BYTES, INTEGRITY_SHA256_BYTES_MAX } from './message-layout.ts';
import type { MessageView } from './message-view.ts';

/**
 * Whether the message has a MESSAGE-INTEGRITY and `key` made it (RFC 8489 §14.5).
 *
 * The comparison takes the same time wherever the values differ.
 */
export function verifyIntegrity(hashes: Hashes, view: MessageView, key: Uint8Array): boolean {
  const at = view.integrityAt;
  if (at < 0) {
    return false;
  }
  const expected = hashCoveredBytes(hashes, view, at, INTEGRITY_BYTES, key);
  return equalBytes(expected, 0, view.bytes, at + ATTRIBUTE_HEADER_BYTES, INTEGRITY_BYTES);
}

/**
 * Whether the message has a MESSAGE-INTEGRITY-SHA256 of at least `bytesMin` bytes and `key` made it (RFC 8489 §14.6).
 * A truncated value is accepted only where the STUN usage says so, and TURN does not: the default asks for all 32 bytes.
 */
export function verifyIntegritySha256(
  hashes: Hashes,
  view: MessageView,
  key: Uint8Array,
  bytesMin: number = INTEGRITY_SHA256_BYTES_MAX,
): boolean {
  const at = view.integritySha256At;
  if (at < 0 || view.integritySha256Length < bytesMin) {
    return false;
  }
  const expected = hashCoveredBytes(hashes, view, at, view.integritySha256Length, key);
  return equalBytes(expected, 0, view.bytes, at + ATTRIBUTE_HEADER_BYTES, view.integritySha256Length);
}

/**
 * The HMAC of the message up to the attribute whose header is at `at`, computed as if the message ended with it: the length
 * field is set so for that time, and put back, since the caller's bytes must come out as they went in.
 */
function hashCoveredBytes(
  hashes: Hashes,
  view: MessageView,
  at: number,
  valueLength: number,
  key: Uint8Array,
): Uint8Array {
  const { bytes, offset } = view;
  const lengthField = readU16(bytes, offset + 2);
  writeU16(bytes, offset + 2, at + ATTRIBUTE_HEADER_BYTES + valueLength - offset - STUN_HEADER_BYTES);
  const covered = bytes.subarray(offset, at);
  const mac = at === view.integrityAt ? hashes.hmacSha1(key, covered) : hashes.hmacSha256(key, covered);
  writeU16(bytes, offset + 2, lengthField);
  return mac;
}

/**
 * The 16-byte long-term key of the MD5 password algorithm (RFC 8489 §18.5.1.1), from UTF-8 bytes.
 *
 * Deviates: from RFC 8489 §9.2.2, which prepares realm and password with OpaqueString (RFC 8265). The bytes are used as they
 * are: this service makes every username, realm and password itself, in ASCII, which OpaqueString leaves unchanged, and
 * Unicode's tables are not worth carrying for texts that only a client's mistake could bring.
 */
export function longTermKeyMd5(
  hashes: Hashes,
  username: Uint8Array,
  realm: Uint8Array,
  password: Uint8Array,
): Uint8Array {
  return hashes.md5(concatBytes(username, COLON, realm, COLON, password));
}

/**
 * The 32-byte long-term key of the SHA-256 password algorithm (RFC 8489 §18.5.1.2), from UTF-8 bytes.
 *
 * Deviates: from RFC 8489 §9.2.2 as `longTermKeyMd5` does.
 */
export function longTermKeySha256(
  hashes: Hashes,
  username: Uint8Array,
  realm: Uint8Array,
  password: Uint8Array,
): Uint8Array {
  return hashes.sha256(concatBytes(username, COLON, realm, COLON, password));
}

const COLON = Uint8Array.of(0x3a);

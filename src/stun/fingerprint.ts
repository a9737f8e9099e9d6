import { crc32 } from '../base/crc32.ts';

/** Keeps the CRC of a STUN message apart from one that another protocol puts at the same place (RFC 8489 §14.7). */
const FINGERPRINT_XOR = 0x5354554e;

/** The value of a FINGERPRINT that follows `length` bytes of a message, whose length field already counts it. */
export function computeFingerprint(bytes: Uint8Array, offset: number, length: number): number {
  return (crc32(bytes, offset, length) ^ FINGERPRINT_XOR) >>> 0;
}

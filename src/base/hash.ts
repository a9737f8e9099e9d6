/**
 * The hash functions that the pure core needs, given to it as an argument (the core imports no `node:*`).
 *
 * All are synchronous. Each returns a fresh array of its full output length; `data` is not kept.
 */
export interface Hashes {
  /** 16 bytes. RFC 1321; the MD5 password algorithm of RFC 8489 §18.5.1. */
  md5(data: Uint8Array): Uint8Array;
  /** 32 bytes. */
  sha256(data: Uint8Array): Uint8Array;
  /** 20 bytes. MESSAGE-INTEGRITY, RFC 8489 §14.5. */
  hmacSha1(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** 32 bytes. MESSAGE-INTEGRITY-SHA256, RFC 8489 §14.6. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** 48 bytes. The derivation of a credential from a username. */
  hmacSha384(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** `data` encrypted, or decrypted, with AES-256 in counter mode; `iv` is the 16-byte initial counter block. */
  aes256Ctr(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
  /** HKDF-SHA-256 (RFC 5869) with an empty salt; returns `length` bytes. */
  hkdfSha256(secret: Uint8Array, info: Uint8Array, length: number): Uint8Array;
}

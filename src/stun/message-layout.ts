/*
 * Numbers of a STUN message's layout that reader and writer share.
 */

/** What makes a STUN message one, at bytes 4 to 7 (RFC 8489 §5). */
export const MAGIC_COOKIE = 0x2112a442;
/** Bytes of a transaction identifier, at byte 8 of a message (RFC 8489 §5). */
export const TRANSACTION_ID_BYTES = 12;
/** Bytes of a type and length in front of every attribute's value (RFC 8489 §14). */
export const ATTRIBUTE_HEADER_BYTES = 4;
/** Bytes of MESSAGE-INTEGRITY's value (RFC 8489 §14.5). */
export const INTEGRITY_BYTES = 20;
/** Bytes of MESSAGE-INTEGRITY-SHA256's value: a multiple of 4 from 16 to 32 (RFC 8489 §14.6). */
export const INTEGRITY_SHA256_BYTES_MIN = 16;
export const INTEGRITY_SHA256_BYTES_MAX = 32;
/** Bytes of FINGERPRINT's value (RFC 8489 §14.7). */
export const FINGERPRINT_BYTES = 4;

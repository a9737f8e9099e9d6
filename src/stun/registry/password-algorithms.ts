/*
 * STUN password algorithms (RFC 8489 §18.5). Both have no parameters.
 */

/** MD5(username ":" realm ":" password), RFC 8489 §18.5.1.1. */
export const PASSWORD_ALGORITHM_MD5 = 0x0001;
/** SHA-256(username ":" realm ":" password), RFC 8489 §18.5.1.2. */
export const PASSWORD_ALGORITHM_SHA256 = 0x0002;

/*
 * The nonce cookie and its security feature bits (RFC 8489 §9.2, §18.1). The 24 bits stand behind the cookie as four
 * characters of base64.
 *
 * Deviates: from the letter of RFC 8489 §18.1, which numbers the bits from the most significant one. Its erratum 6290
 * numbers them from the least significant one, as its own test vector does (Appendix B.1).
 */

/** What a nonce begins with when the server understands RFC 8489. */
export const NONCE_COOKIE = 'obMatJos2';
/** Bit 0: the server offers PASSWORD-ALGORITHMS. */
export const SECURITY_PASSWORD_ALGORITHMS = 0x000001;
/** Bit 1: the server accepts USERHASH instead of USERNAME. */
export const SECURITY_USERNAME_ANONYMITY = 0x000002;

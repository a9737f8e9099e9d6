/*
 * STUN attribute types of RFC 8489 and RFC 8656 (IANA, STUN Attributes). Below 0x8000 a receiver that does not know the type must
 * refuse the request; from 0x8000 on it ignores the attribute (RFC 8489 §14).
 */

/** The first comprehension-optional type (RFC 8489 §14). */
export const ATTRIBUTE_OPTIONAL_MIN = 0x8000;

/** RFC 8489 §18.3. */
export const ATTRIBUTE_MAPPED_ADDRESS = 0x0001;
export const ATTRIBUTE_USERNAME = 0x0006;
export const ATTRIBUTE_MESSAGE_INTEGRITY = 0x0008;
export const ATTRIBUTE_ERROR_CODE = 0x0009;
export const ATTRIBUTE_UNKNOWN_ATTRIBUTES = 0x000a;
export const ATTRIBUTE_REALM = 0x0014;
export const ATTRIBUTE_NONCE = 0x0015;
export const ATTRIBUTE_MESSAGE_INTEGRITY_SHA256 = 0x001c;
export const ATTRIBUTE_PASSWORD_ALGORITHM = 0x001d;
export const ATTRIBUTE_USERHASH = 0x001e;
export const ATTRIBUTE_XOR_MAPPED_ADDRESS = 0x0020;
export const ATTRIBUTE_PASSWORD_ALGORITHMS = 0x8002;
export const ATTRIBUTE_ALTERNATE_DOMAIN = 0x8003;
export const ATTRIBUTE_SOFTWARE = 0x8022;
export const ATTRIBUTE_ALTERNATE_SERVER = 0x8023;
export const ATTRIBUTE_FINGERPRINT = 0x8028;

/** RFC 8656 §18. */
export const ATTRIBUTE_CHANNEL_NUMBER = 0x000c;
export const ATTRIBUTE_LIFETIME = 0x000d;
export const ATTRIBUTE_XOR_PEER_ADDRESS = 0x0012;
export const ATTRIBUTE_DATA = 0x0013;
export const ATTRIBUTE_XOR_RELAYED_ADDRESS = 0x0016;
export const ATTRIBUTE_REQUESTED_ADDRESS_FAMILY = 0x0017;
export const ATTRIBUTE_EVEN_PORT = 0x0018;
export const ATTRIBUTE_REQUESTED_TRANSPORT = 0x0019;
export const ATTRIBUTE_DONT_FRAGMENT = 0x001a;
export const ATTRIBUTE_RESERVATION_TOKEN = 0x0022;
export const ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY = 0x8000;
export const ATTRIBUTE_ADDRESS_ERROR_CODE = 0x8001;
export const ATTRIBUTE_ICMP = 0x8004;

/*
 * STUN error codes of RFC 8489 §14.8 and RFC 8656 §19 (IANA, STUN Error Codes).
 */

export const ERROR_TRY_ALTERNATE = 300;
export const ERROR_BAD_REQUEST = 400;
export const ERROR_UNAUTHENTICATED = 401;
export const ERROR_FORBIDDEN = 403;
export const ERROR_UNKNOWN_ATTRIBUTE = 420;
export const ERROR_ALLOCATION_MISMATCH = 437;
export const ERROR_STALE_NONCE = 438;
export const ERROR_ADDRESS_FAMILY_NOT_SUPPORTED = 440;
export const ERROR_WRONG_CREDENTIALS = 441;
export const ERROR_UNSUPPORTED_TRANSPORT_PROTOCOL = 442;
export const ERROR_PEER_ADDRESS_FAMILY_MISMATCH = 443;
export const ERROR_ALLOCATION_QUOTA_REACHED = 486;
export const ERROR_SERVER_ERROR = 500;
export const ERROR_INSUFFICIENT_CAPACITY = 508;

/** The reason phrase that the registry recommends; empty for a code that is not above. */
export function reasonOf(code: number): string {
  return REASONS.get(code) ?? '';
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [ERROR_TRY_ALTERNATE, 'Try Alternate'],
  [ERROR_BAD_REQUEST, 'Bad Request'],
  [ERROR_UNAUTHENTICATED, 'Unauthenticated'],
  [ERROR_FORBIDDEN, 'Forbidden'],
  [ERROR_UNKNOWN_ATTRIBUTE, 'Unknown Attribute'],
  [ERROR_ALLOCATION_MISMATCH, 'Allocation Mismatch'],
  [ERROR_STALE_NONCE, 'Stale Nonce'],
  [ERROR_ADDRESS_FAMILY_NOT_SUPPORTED, 'Address Family not Supported'],
  [ERROR_WRONG_CREDENTIALS, 'Wrong Credentials'],
  [ERROR_UNSUPPORTED_TRANSPORT_PROTOCOL, 'Unsupported Transport Protocol'],
  [ERROR_PEER_ADDRESS_FAMILY_MISMATCH, 'Peer Address Family Mismatch'],
  [ERROR_ALLOCATION_QUOTA_REACHED, 'Allocation Quota Reached'],
  [ERROR_SERVER_ERROR, 'Server Error'],
  [ERROR_INSUFFICIENT_CAPACITY, 'Insufficient Capacity'],
]);

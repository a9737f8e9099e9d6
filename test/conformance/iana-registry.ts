/*
 * IANA, "Session Traversal Utilities for NAT (STUN) Parameters" (https://www.iana.org/assignments/stun-parameters), copied by
 * hand from its state of 2024-12-20, without what is reserved or unassigned.
 */

/** A registered number, its name, and the document that registered it. */
export type Registration = readonly [value: number, name: string, reference: string];

export const IANA_METHODS: readonly Registration[] = [
  [0x001, 'Binding', 'RFC8489'],
  [0x003, 'Allocate', 'RFC8656'],
  [0x004, 'Refresh', 'RFC8656'],
  [0x006, 'Send', 'RFC8656'],
  [0x007, 'Data', 'RFC8656'],
  [0x008, 'CreatePermission', 'RFC8656'],
  [0x009, 'ChannelBind', 'RFC8656'],
  [0x00a, 'Connect', 'RFC6062'],
  [0x00b, 'ConnectionBind', 'RFC6062'],
  [0x00c, 'ConnectionAttempt', 'RFC6062'],
  [0x080, 'GOOG-PING', 'expert review'],
];

export const IANA_ATTRIBUTES: readonly Registration[] = [
  [0x0001, 'MAPPED-ADDRESS', 'RFC8489'],
  [0x0006, 'USERNAME', 'RFC8489'],
  [0x0008, 'MESSAGE-INTEGRITY', 'RFC8489'],
  [0x0009, 'ERROR-CODE', 'RFC8489'],
  [0x000a, 'UNKNOWN-ATTRIBUTES', 'RFC8489'],
  [0x000c, 'CHANNEL-NUMBER', 'RFC8656'],
  [0x000d, 'LIFETIME', 'RFC8656'],
  [0x0012, 'XOR-PEER-ADDRESS', 'RFC8656'],
  [0x0013, 'DATA', 'RFC8656'],
  [0x0014, 'REALM', 'RFC8489'],
  [0x0015, 'NONCE', 'RFC8489'],
  [0x0016, 'XOR-RELAYED-ADDRESS', 'RFC8656'],
  [0x0017, 'REQUESTED-ADDRESS-FAMILY', 'RFC8656'],
  [0x0018, 'EVEN-PORT', 'RFC8656'],
  [0x0019, 'REQUESTED-TRANSPORT', 'RFC8656'],
  [0x001a, 'DONT-FRAGMENT', 'RFC8656'],
  [0x001b, 'ACCESS-TOKEN', 'RFC7635'],
  [0x001c, 'MESSAGE-INTEGRITY-SHA256', 'RFC8489'],
  [0x001d, 'PASSWORD-ALGORITHM', 'RFC8489'],
  [0x001e, 'USERHASH', 'RFC8489'],
  [0x0020, 'XOR-MAPPED-ADDRESS', 'RFC8489'],
  [0x0022, 'RESERVATION-TOKEN', 'RFC8656'],
  [0x0024, 'PRIORITY', 'RFC8445'],
  [0x0025, 'USE-CANDIDATE', 'RFC8445'],
  [0x0026, 'PADDING', 'RFC5780'],
  [0x0027, 'RESPONSE-PORT', 'RFC5780'],
  [0x002a, 'CONNECTION-ID', 'RFC6062'],
  [0x8000, 'ADDITIONAL-ADDRESS-FAMILY', 'RFC8656'],
  [0x8001, 'ADDRESS-ERROR-CODE', 'RFC8656'],
  [0x8002, 'PASSWORD-ALGORITHMS', 'RFC8489'],
  [0x8003, 'ALTERNATE-DOMAIN', 'RFC8489'],
  [0x8004, 'ICMP', 'RFC8656'],
  [0x8022, 'SOFTWARE', 'RFC8489'],
  [0x8023, 'ALTERNATE-SERVER', 'RFC8489'],
  [0x8025, 'TRANSACTION_TRANSMIT_COUNTER', 'RFC7982'],
  [0x8027, 'CACHE-TIMEOUT', 'RFC5780'],
  [0x8028, 'FINGERPRINT', 'RFC8489'],
  [0x8029, 'ICE-CONTROLLED', 'RFC8445'],
  [0x802a, 'ICE-CONTROLLING', 'RFC8445'],
  [0x802b, 'RESPONSE-ORIGIN', 'RFC5780'],
  [0x802c, 'OTHER-ADDRESS', 'RFC5780'],
  [0x802d, 'ECN-CHECK STUN', 'RFC6679'],
  [0x802e, 'THIRD-PARTY-AUTHORIZATION', 'RFC7635'],
  [0x8030, 'MOBILITY-TICKET', 'RFC8016'],
  [0xc000, 'CISCO-STUN-FLOWDATA', 'expert review'],
  [0xc001, 'ENF-FLOW-DESCRIPTION', 'expert review'],
  [0xc002, 'ENF-NETWORK-STATUS', 'expert review'],
  [0xc003, 'CISCO-WEBEX-FLOW-INFO', 'expert review'],
  [0xc056, 'CITRIX-TRANSACTION-ID', 'expert review'],
  [0xc057, 'GOOG-NETWORK-INFO', 'expert review'],
  [0xc058, 'GOOG-LAST-ICE-CHECK-RECEIVED', 'expert review'],
  [0xc059, 'GOOG-MISC-INFO', 'expert review'],
  [0xc05a, 'GOOG-OBSOLETE-1', 'expert review'],
  [0xc05b, 'GOOG-CONNECTION-ID', 'expert review'],
  [0xc05c, 'GOOG-DELTA', 'expert review'],
  [0xc05d, 'GOOG-DELTA-ACK', 'expert review'],
  [0xc05e, 'GOOG-DELTA-SYNC-REQ', 'expert review'],
  [0xc060, 'GOOG-MESSAGE-INTEGRITY-32', 'expert review'],
  [0xc070, 'META-DTLS-IN-STUN', 'expert review'],
  [0xc071, 'META-DTLS-IN-STUN-ACKNOWLEDGEMENT', 'expert review'],
];

export const IANA_ERROR_CODES: readonly Registration[] = [
  [300, 'Try Alternate', 'RFC8489'],
  [400, 'Bad Request', 'RFC8489'],
  [401, 'Unauthenticated', 'RFC8489'],
  [403, 'Forbidden', 'RFC8656'],
  [405, 'Mobility Forbidden', 'RFC8016'],
  [420, 'Unknown Attribute', 'RFC8489'],
  [437, 'Allocation Mismatch', 'RFC8656'],
  [438, 'Stale Nonce', 'RFC8489'],
  [440, 'Address Family not Supported', 'RFC8656'],
  [441, 'Wrong Credentials', 'RFC8656'],
  [442, 'Unsupported Transport Protocol', 'RFC8656'],
  [443, 'Peer Address Family Mismatch', 'RFC8656'],
  [446, 'Connection Already Exists', 'RFC6062'],
  [447, 'Connection Timeout or Failure', 'RFC6062'],
  [486, 'Allocation Quota Reached', 'RFC8656'],
  [487, 'Role Conflict', 'RFC8445'],
  [500, 'Server Error', 'RFC8489'],
  [508, 'Insufficient Capacity', 'RFC8656'],
];

export const IANA_PASSWORD_ALGORITHMS: readonly Registration[] = [
  [0x0001, 'MD5', 'RFC8489'],
  [0x0002, 'SHA-256', 'RFC8489'],
];

/** The value is the number of a bit. */
export const IANA_SECURITY_FEATURES: readonly Registration[] = [
  [0, 'Password algorithms', 'RFC8489'],
  [1, 'Username anonymity', 'RFC8489'],
];

/** First and last number that RFC 8656 lets be bound as a TURN channel; RFC 5766 went on to 0x7FFF. */
export const IANA_CHANNEL_NUMBERS = [0x4000, 0x4fff] as const;

import {
  ERROR_ADDRESS_FAMILY_NOT_SUPPORTED,
  ERROR_ALLOCATION_MISMATCH,
  ERROR_ALLOCATION_QUOTA_REACHED,
  ERROR_BAD_REQUEST,
  ERROR_FORBIDDEN,
  ERROR_INSUFFICIENT_CAPACITY,
  ERROR_PEER_ADDRESS_FAMILY_MISMATCH,
  ERROR_STALE_NONCE,
  ERROR_UNAUTHENTICATED,
  ERROR_UNKNOWN_ATTRIBUTE,
  ERROR_UNSUPPORTED_TRANSPORT_PROTOCOL,
  ERROR_WRONG_CREDENTIALS,
} from '../stun/registry/error-codes.ts';
import { COUNTER, type InputOutcome } from './counter.ts';
import type { PeerDenial } from './peer-policy.ts';
import type { QuotaScope } from './quota-keys.ts';

/** Why a request is refused: what the client is told, and what is counted. Several reasons may have one code. */
export interface Rejection {
  /** The error code of the answer (RFC 8489 §14.8, RFC 8656 §19). */
  readonly code: number;
  /** Place of the counter. */
  readonly counter: number;
}

/** All rejections but those of quotas and of the peer policy. */
export const REJECT = {
  unauthenticated: rejection(ERROR_UNAUTHENTICATED, 'rejected_unauthenticated'),
  unknownUser: rejection(ERROR_UNAUTHENTICATED, 'rejected_unknown_user'),
  keyDeleted: rejection(ERROR_UNAUTHENTICATED, 'rejected_key_deleted'),
  credentialRevoked: rejection(ERROR_UNAUTHENTICATED, 'rejected_credential_revoked'),
  credentialExpired: rejection(ERROR_UNAUTHENTICATED, 'rejected_credential_expired'),
  credentialLifetime: rejection(ERROR_UNAUTHENTICATED, 'rejected_credential_lifetime'),
  wrongIntegrity: rejection(ERROR_UNAUTHENTICATED, 'rejected_wrong_integrity'),
  staleNonce: rejection(ERROR_STALE_NONCE, 'rejected_stale_nonce'),
  passwordAlgorithms: rejection(ERROR_BAD_REQUEST, 'rejected_password_algorithms'),
  badRequest: rejection(ERROR_BAD_REQUEST, 'rejected_bad_request'),
  unknownAttribute: rejection(ERROR_UNKNOWN_ATTRIBUTE, 'rejected_unknown_attribute'),
  noAllocation: rejection(ERROR_ALLOCATION_MISMATCH, 'rejected_no_allocation'),
  allocationExists: rejection(ERROR_ALLOCATION_MISMATCH, 'rejected_allocation_exists'),
  wrongCredentials: rejection(ERROR_WRONG_CREDENTIALS, 'rejected_wrong_credentials'),
  addressFamily: rejection(ERROR_ADDRESS_FAMILY_NOT_SUPPORTED, 'rejected_address_family'),
  transportProtocol: rejection(ERROR_UNSUPPORTED_TRANSPORT_PROTOCOL, 'rejected_transport_protocol'),
  peerAddressFamily: rejection(ERROR_PEER_ADDRESS_FAMILY_MISMATCH, 'rejected_peer_address_family'),
  channelConflict: rejection(ERROR_BAD_REQUEST, 'rejected_channel_conflict'),
  egressLimit: rejection(ERROR_FORBIDDEN, 'rejected_egress_limit'),
  draining: rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_draining'),
  allocationLimit: rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_allocation_limit'),
  pendingLimit: rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_pending_limit'),
  permissionLimit: rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_permission_limit'),
  newPeerLimit: rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_new_peer_limit'),
  channelLimit: rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_channel_limit'),
  reservationLimit: rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_reservation_limit'),
  reservationToken: rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_reservation_token'),
  noPort: rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_no_port'),
  relayOpenFailed: rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_relay_open_failed'),
} as const;

/**
 * RFC 8656 §7.2 step 10: 486 is for a quota of the username, which says to the client that others of its name are too many. That
 * of a client address is none, since the RFC would not have a quota defined by it: there the server has no more to give (508).
 */
const FULL_QUOTAS: Readonly<Record<QuotaScope, Rejection>> = {
  credential: rejection(ERROR_ALLOCATION_QUOTA_REACHED, 'rejected_credential_quota'),
  'custom-identifier': rejection(ERROR_ALLOCATION_QUOTA_REACHED, 'rejected_custom_identifier_quota'),
  key: rejection(ERROR_ALLOCATION_QUOTA_REACHED, 'rejected_key_quota'),
  account: rejection(ERROR_ALLOCATION_QUOTA_REACHED, 'rejected_account_quota'),
  'client-address': rejection(ERROR_INSUFFICIENT_CAPACITY, 'rejected_client_address_quota'),
};

const DENIED_PEERS: Readonly<Record<PeerDenial, Rejection>> = {
  unspecified: rejection(ERROR_FORBIDDEN, 'denied_peer_unspecified'),
  loopback: rejection(ERROR_FORBIDDEN, 'denied_peer_loopback'),
  private: rejection(ERROR_FORBIDDEN, 'denied_peer_private'),
  shared: rejection(ERROR_FORBIDDEN, 'denied_peer_shared'),
  'link-local': rejection(ERROR_FORBIDDEN, 'denied_peer_link_local'),
  'unique-local': rejection(ERROR_FORBIDDEN, 'denied_peer_unique_local'),
  multicast: rejection(ERROR_FORBIDDEN, 'denied_peer_multicast'),
  reserved: rejection(ERROR_FORBIDDEN, 'denied_peer_reserved'),
  broadcast: rejection(ERROR_FORBIDDEN, 'denied_peer_broadcast'),
  documentation: rejection(ERROR_FORBIDDEN, 'denied_peer_documentation'),
  benchmarking: rejection(ERROR_FORBIDDEN, 'denied_peer_benchmarking'),
  'own-listener': rejection(ERROR_FORBIDDEN, 'denied_peer_own_listener'),
  'own-host': rejection(ERROR_FORBIDDEN, 'denied_peer_own_host'),
  'deny-list': rejection(ERROR_FORBIDDEN, 'denied_peer_deny_list'),
};

/** The rejection of an allocation that is one too many in a scope. */
export function rejectQuota(scope: QuotaScope): Rejection {
  return FULL_QUOTAS[scope];
}

/** The rejection of a peer that the policy denies. */
export function rejectPeer(denial: PeerDenial): Rejection {
  return DENIED_PEERS[denial];
}

function rejection(code: number, outcome: InputOutcome): Rejection {
  return { code, counter: COUNTER[outcome] };
}

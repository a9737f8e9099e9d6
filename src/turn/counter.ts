/*
 * Every packet that reaches the server ends in exactly one of the `INPUT_OUTCOMES`; their sum is the number of inputs that
 * are decided. The `EVENTS` count what happens besides. Both are one Float64Array, indexed by COUNTER, which the threads
 * of a process may share; the names are fit for Prometheus.
 */

/** What became of a datagram or frame from a client, a datagram from a peer, or an ICMP error. */
export const INPUT_OUTCOMES = [
  // Relayed.
  'client_channel_data_relayed',
  'client_send_indication_relayed',
  'peer_channel_data_relayed',
  'peer_data_indication_relayed',
  'peer_icmp_relayed',
  // Answered with success.
  'binding_answered',
  'allocate_answered',
  'allocate_repeated',
  'refresh_answered',
  'create_permission_answered',
  'channel_bind_answered',
  // Accepted without an answer: a Binding indication keeps a NAT open.
  'binding_indication_accepted',
  // Answered with an error, by its reason. Clients begin with an `unauthenticated`.
  'rejected_unauthenticated',
  'rejected_unknown_user',
  'rejected_key_deleted',
  'rejected_credential_revoked',
  'rejected_credential_expired',
  'rejected_credential_lifetime',
  'rejected_wrong_integrity',
  'rejected_stale_nonce',
  'rejected_password_algorithms',
  'rejected_bad_request',
  'rejected_unknown_attribute',
  'rejected_no_allocation',
  'rejected_allocation_exists',
  'rejected_wrong_credentials',
  'rejected_address_family',
  'rejected_transport_protocol',
  'rejected_peer_address_family',
  'rejected_channel_conflict',
  'rejected_credential_quota',
  'rejected_custom_identifier_quota',
  'rejected_key_quota',
  'rejected_account_quota',
  'rejected_client_address_quota',
  'rejected_egress_limit',
  'rejected_draining',
  'rejected_allocation_limit',
  'rejected_pending_limit',
  'rejected_permission_limit',
  'rejected_new_peer_limit',
  'rejected_channel_limit',
  'rejected_reservation_limit',
  'rejected_reservation_token',
  'rejected_no_port',
  'rejected_relay_open_failed',
  // Refused by the peer policy: a request answered 403, or a Send indication dropped.
  'denied_peer_unspecified',
  'denied_peer_loopback',
  'denied_peer_private',
  'denied_peer_shared',
  'denied_peer_link_local',
  'denied_peer_unique_local',
  'denied_peer_multicast',
  'denied_peer_reserved',
  'denied_peer_broadcast',
  'denied_peer_documentation',
  'denied_peer_benchmarking',
  'denied_peer_own_listener',
  'denied_peer_own_host',
  'denied_peer_deny_list',
  // Dropped, from a client.
  'drop_not_turn',
  'drop_malformed_message',
  'drop_malformed_channel_data',
  'drop_unknown_socket',
  'drop_unexpected_message',
  'drop_no_allocation',
  'drop_malformed_indication',
  'drop_unknown_attribute',
  'drop_no_permission',
  'drop_peer_address_family',
  'drop_channel_unbound',
  'drop_packet_limit',
  'drop_bit_limit',
  'drop_refusal_limit',
  'drop_allocate_pending',
  'drop_allocate_abandoned',
  // Dropped, from a peer.
  'drop_peer_no_relay',
  'drop_peer_no_permission',
  'drop_peer_too_long',
  'drop_peer_client_slow',
  'drop_peer_packet_limit',
  'drop_peer_bit_limit',
  'drop_icmp_type',
  'drop_icmp_no_relay',
  'drop_icmp_no_permission',
] as const;

/** What happens besides the outcomes of packets. Bytes are those of TURN messages to and from clients, as usage counts them. */
export const EVENTS = [
  'allocations_started',
  'allocations_ended_by_client',
  'allocations_ended_expired',
  'allocations_ended_disconnected',
  'allocations_ended_credential_expired',
  'allocations_ended_credential_revoked',
  'allocations_ended_key_deleted',
  'allocations_ended_by_operator',
  'allocations_ended_egress_limit',
  'allocations_ended_secret_removed',
  'relay_open_retried',
  'reservations_made',
  'reservations_expired',
  'refusal_rows_replaced',
  'limit_reached_new_peers',
  'limit_reached_packets',
  'limit_reached_bits',
  'limit_reached_credential_quota',
  'limit_reached_custom_identifier_quota',
  'limit_reached_key_quota',
  'limit_reached_account_quota',
  'limit_reached_client_address_quota',
  'limit_reached_egress',
  'denied_peers_forgotten',
  'outcomes_forgotten',
  'ingress_bytes',
  'egress_bytes',
] as const;

export type InputOutcome = (typeof INPUT_OUTCOMES)[number];
export type Event = (typeof EVENTS)[number];
export type CounterName = InputOutcome | Event;
/** Why an allocation ends: the event that is counted. */
export type AllocationEnd = Extract<Event, `allocations_ended_${string}`>;

/** All names, in the order of their places in the array of counters: the outcomes first. */
export const COUNTER_NAMES: readonly CounterName[] = [...INPUT_OUTCOMES, ...EVENTS];

/** The place of each counter in the array. */
export const COUNTER: Readonly<Record<CounterName, number>> = Object.fromEntries(
  COUNTER_NAMES.map((name, place) => [name, place]),
) as Record<CounterName, number>;

/** Packets whose outcome is counted: what they add up to. */
export function sumOutcomes(counters: Float64Array): number {
  let sum = 0;
  for (let place = 0; place < INPUT_OUTCOMES.length; place += 1) {
    sum += counters[place] as number;
  }
  return sum;
}

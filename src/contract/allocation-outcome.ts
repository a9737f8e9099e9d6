import type { AccountId, ClientTransport, KeyUid } from './ids.ts';

/** What becomes of the allocations that the credentials of a key ask for, have, and use. */
export const ALLOCATION_OUTCOMES = [
  'started',
  // Why one that had started ended.
  'ended_by_client',
  'ended_expired',
  'ended_disconnected',
  'ended_credential_expired',
  'ended_credential_revoked',
  'ended_key_deleted',
  'ended_by_operator',
  'ended_egress_limit',
  'ended_secret_removed',
  // Why a request for one was refused.
  'refused_credential_quota',
  'refused_custom_identifier_quota',
  'refused_key_quota',
  'refused_account_quota',
  'refused_client_address_quota',
  'refused_egress',
  'refused_capacity',
  'refused_other',
  // A request for a permission or a channel to a peer that the policy denies.
  'denied_peer',
  // Limits of what one may do.
  'limited_new_peers',
  'limited_packets',
  'limited_bits',
] as const;

export type AllocationOutcome = (typeof ALLOCATION_OUTCOMES)[number];

/** How often something became of a key's allocations since the last report. */
export interface OutcomeCount {
  readonly accountId: AccountId;
  readonly keyUid: KeyUid;
  readonly transport: ClientTransport;
  readonly outcome: AllocationOutcome;
  readonly count: number;
}

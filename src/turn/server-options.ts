import { assert } from '../base/assert.ts';
import type { Cidr } from '../base/cidr.ts';
import type { Hashes } from '../base/hash.ts';
import {
  ALLOCATION_LIFETIME_SECONDS_DEFAULT,
  ALLOCATION_LIFETIME_SECONDS_MAX_DEFAULT,
  ALLOCATIONS_PER_WORKER_MAX,
  ALLOCATIONS_PER_WORKER_MAX_DEFAULT,
  CHANNELS_PER_ALLOCATION_MAX_DEFAULT,
  CREDENTIAL_TTL_SECONDS_MAX_DEFAULT,
  NONCE_LIFETIME_SECONDS_DEFAULT,
  PENDING_ALLOCATIONS_PER_WORKER_MAX_DEFAULT,
  PERMISSIONS_PER_ALLOCATION_MAX_DEFAULT,
  REFUSALS_PER_ADDRESS_PER_SECOND_DEFAULT,
  RELAY_PORT_MIN,
  RESERVATIONS_PER_WORKER_MAX_DEFAULT,
  WORKERS_MAX,
} from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { familyOf, sameIp } from '../base/socket-address.ts';
import type { ClientBacklog } from './client-backlog.ts';
import { COUNTER_NAMES } from './counter.ts';
import type { OwnAddresses } from './peer-policy.ts';
import type { PortRange, WorkerShare } from './port-pool.ts';
import type { AllocationQuota } from './quota.ts';
import type { RelayAddress } from './relay-address.ts';
import type { UsernameRevocations } from './revoked-usernames.ts';

/** What one worker may hold. */
export interface TurnLimits {
  readonly allocationsMax: number;
  readonly pendingAllocationsMax: number;
  readonly permissionsPerAllocationMax: number;
  readonly channelsPerAllocationMax: number;
  readonly reservationsMax: number;
  readonly allocationLifetimeSecondsMax: number;
  readonly nonceLifetimeSeconds: number;
  /** The longest lifetime that a credential of this installation may have, whoever made it. */
  readonly credentialTtlSecondsMax: number;
  /** Over UDP, without authentication; 0 is no limit. */
  readonly refusalsPerAddressPerSecond: number;
  /** Over all workers, an IPv6 /64 counted as one address; 0 is no limit. */
  readonly allocationsPerClientAddressMax: number;
}

export const DEFAULT_TURN_LIMITS: TurnLimits = {
  allocationsMax: ALLOCATIONS_PER_WORKER_MAX_DEFAULT,
  pendingAllocationsMax: PENDING_ALLOCATIONS_PER_WORKER_MAX_DEFAULT,
  permissionsPerAllocationMax: PERMISSIONS_PER_ALLOCATION_MAX_DEFAULT,
  channelsPerAllocationMax: CHANNELS_PER_ALLOCATION_MAX_DEFAULT,
  reservationsMax: RESERVATIONS_PER_WORKER_MAX_DEFAULT,
  allocationLifetimeSecondsMax: ALLOCATION_LIFETIME_SECONDS_MAX_DEFAULT,
  credentialTtlSecondsMax: CREDENTIAL_TTL_SECONDS_MAX_DEFAULT,
  nonceLifetimeSeconds: NONCE_LIFETIME_SECONDS_DEFAULT,
  refusalsPerAddressPerSecond: REFUSALS_PER_ADDRESS_PER_SECOND_DEFAULT,
  allocationsPerClientAddressMax: 0,
};

/** What the platform can do. */
export interface TurnFeatures {
  /** Set DF on a relay's datagrams. Without, DONT-FRAGMENT is an unknown attribute (RFC 8656 §7.2 step 4). */
  readonly dontFragment: boolean;
}

export interface TurnServerOptions {
  readonly hashes: Hashes;
  readonly random: Random;
  /** REALM, 1 to 32 bytes. */
  readonly realm: string;
  /** SOFTWARE of success answers to Allocate and Refresh; none when empty. */
  readonly software: string;
  /** Secret, and the same in all workers: what makes nonces. */
  readonly nonceKey: Uint8Array;
  /** The master secrets under which credentials were issued, the current one first. */
  readonly masterSecrets: readonly Uint8Array[];
  readonly worker: WorkerShare;
  readonly relays: readonly RelayAddress[];
  readonly relayPorts: PortRange;
  readonly peers: {
    readonly allow: readonly Cidr[];
    readonly deny: readonly Cidr[];
    readonly own: OwnAddresses;
  };
  readonly quota: AllocationQuota;
  readonly revocations: UsernameRevocations;
  readonly backlog: ClientBacklog;
  readonly limits: TurnLimits;
  readonly features: TurnFeatures;
  /** `COUNTER_NAMES.length` numbers, which may lie in shared memory. Only this server writes them. */
  readonly counters: Float64Array;
}

/** Asserts what the configuration has already checked. */
export function assertOptions(options: TurnServerOptions): void {
  const { limits, worker, relays, relayPorts, counters } = options;
  assert(counters.length >= COUNTER_NAMES.length, 'every counter has a place');
  assert(worker.count <= WORKERS_MAX, 'a worker is named by one byte');
  assert(relayPorts.min >= RELAY_PORT_MIN, 'nothing is relayed at well-known ports');
  assert(
    limits.allocationsMax <= ALLOCATIONS_PER_WORKER_MAX,
    'allocation and channel number fit the key of a channel table',
  );
  assert(
    limits.allocationLifetimeSecondsMax >= ALLOCATION_LIFETIME_SECONDS_DEFAULT,
    'the longest lifetime is at least the usual one',
  );
  for (const [i, { bind, advertised }] of relays.entries()) {
    assert(familyOf(bind) === familyOf(advertised), 'both names of a relay address have one family');
    assert(
      bind.slice(1).some((word) => word !== 0),
      'a relay address is no wildcard',
    );
    for (const other of relays.slice(i + 1)) {
      assert(!sameIp(other.bind, 0, bind, 0), 'each relay address is bound once');
      assert(!sameIp(other.advertised, 0, advertised, 0), 'each relay address is advertised once');
    }
  }
}

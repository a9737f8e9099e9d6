import {
  ALLOCATIONS_PER_CREDENTIAL_MAX_DEFAULT,
  BITS_PER_SECOND_DEFAULT,
  NEW_PEERS_BURST_DEFAULT,
  NEW_PEERS_PER_SECOND_DEFAULT,
  PACKETS_PER_SECOND_DEFAULT,
} from '../base/limits.ts';

/**
 * The limits that an account or a TURN key may have of its own, by the names of their settings. 0 is no limit, but for the
 * burst, which is nothing without its rate.
 */
export const LIMIT_NAMES = [
  'allocationNewPeersPerSecond',
  'allocationNewPeersBurst',
  'allocationPacketsPerSecond',
  'allocationBitsPerSecond',
  'allocationsPerCredential',
  'allocationsPerCustomIdentifier',
  'allocationsPerKey',
  'allocationsPerAccount',
  'keyMonthlyEgressSoftBytes',
  'keyMonthlyEgressHardBytes',
  'accountMonthlyEgressSoftBytes',
  'accountMonthlyEgressHardBytes',
] as const;

export type LimitName = (typeof LIMIT_NAMES)[number];

export type Limits = Readonly<Record<LimitName, number>>;

/** Those that take the place of others; the rest stays. */
export type LimitOverrides = Partial<Limits>;

/** Nothing is limited. */
export const NO_LIMITS = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 0])) as Limits;

/** What holds where the configuration says nothing. */
export const DEFAULT_LIMITS: Limits = {
  ...NO_LIMITS,
  allocationNewPeersPerSecond: NEW_PEERS_PER_SECOND_DEFAULT,
  allocationNewPeersBurst: NEW_PEERS_BURST_DEFAULT,
  allocationPacketsPerSecond: PACKETS_PER_SECOND_DEFAULT,
  allocationBitsPerSecond: BITS_PER_SECOND_DEFAULT,
  allocationsPerCredential: ALLOCATIONS_PER_CREDENTIAL_MAX_DEFAULT,
};

/** The stricter of two limits of one thing. */
export function stricterLimit(a: number, b: number): number {
  return a === 0 || b === 0 ? Math.max(a, b) : Math.min(a, b);
}

/**
 * The limits of a key: its own where it has some, else its account's, else the defaults. A key never has more than its
 * account, which may have been given less after the key.
 */
export function resolveLimits(defaults: Limits, ofAccount: LimitOverrides, ofKey: LimitOverrides): Limits {
  const resolved: Record<LimitName, number> = { ...defaults, ...ofAccount };
  for (const [name, value] of Object.entries(ofKey) as [LimitName, number][]) {
    resolved[name] = stricterLimit(resolved[name], value);
  }
  return resolved;
}

import {
  ALLOCATIONS_QUOTA_MAX,
  BITS_PER_SECOND_MAX,
  MONTHLY_EGRESS_BYTES_MAX,
  NEW_PEERS_MAX,
  PACKETS_PER_SECOND_MAX,
} from '../base/limits.ts';
import { LIMIT_NAMES, type LimitName } from '../contract/limits.ts';

/** What a limit can be set to, and whose it can be. */
export interface LimitField {
  readonly minimum: number;
  readonly maximum: number;
  /** A limit of all keys together is nothing that one key could have. */
  readonly isOfKeys: boolean;
}

const quota = { minimum: 0, maximum: ALLOCATIONS_QUOTA_MAX, isOfKeys: true };
const egress = { minimum: 0, maximum: MONTHLY_EGRESS_BYTES_MAX, isOfKeys: true };

export const LIMIT_FIELDS: Readonly<Record<LimitName, LimitField>> = {
  allocationNewPeersPerSecond: { minimum: 0, maximum: NEW_PEERS_MAX, isOfKeys: true },
  allocationNewPeersBurst: { minimum: 1, maximum: NEW_PEERS_MAX, isOfKeys: true },
  allocationPacketsPerSecond: { minimum: 0, maximum: PACKETS_PER_SECOND_MAX, isOfKeys: true },
  allocationBitsPerSecond: { minimum: 0, maximum: BITS_PER_SECOND_MAX, isOfKeys: true },
  allocationsPerCredential: quota,
  allocationsPerCustomIdentifier: quota,
  allocationsPerKey: quota,
  allocationsPerAccount: { ...quota, isOfKeys: false },
  keyMonthlyEgressSoftBytes: egress,
  keyMonthlyEgressHardBytes: egress,
  accountMonthlyEgressSoftBytes: { ...egress, isOfKeys: false },
  accountMonthlyEgressHardBytes: { ...egress, isOfKeys: false },
};

/** The limits that a key can have, or an account. */
export function listLimitNames(holder: 'key' | 'account'): readonly LimitName[] {
  return LIMIT_NAMES.filter((name) => holder === 'account' || LIMIT_FIELDS[name].isOfKeys);
}

/** What a limit is called in the API: `allocationsPerKey` is `allocations_per_key`. */
export function limitFieldOf(name: LimitName): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

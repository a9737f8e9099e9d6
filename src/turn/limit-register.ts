import type { AccountId, KeyUid } from '../contract/ids.ts';
import { DEFAULT_LIMITS, type LimitOverrides, type Limits, resolveLimits } from '../contract/limits.ts';
import type { QuotaMaxes } from './quota.ts';

/** What holds for the allocations of one key. */
export interface KeyLimits {
  readonly limits: Limits;
  readonly quotaMaxes: QuotaMaxes;
}

const NO_OVERRIDES: LimitOverrides = {};

/**
 * The limits of every key: the defaults, and what its account and itself have of their own. They are looked up when an allocation
 * is made and when they change, and copied to where packets find them.
 */
export class LimitRegister {
  readonly #allocationsPerClientAddressMax: number;
  #defaults: Limits = DEFAULT_LIMITS;
  readonly #ofAccounts = new Map<AccountId, LimitOverrides>();
  readonly #ofKeys = new Map<KeyUid, LimitOverrides>();
  /** What has been resolved since something changed: no more than there are keys. */
  readonly #resolved = new Map<KeyUid, KeyLimits>();

  constructor(allocationsPerClientAddressMax: number) {
    this.#allocationsPerClientAddressMax = allocationsPerClientAddressMax;
  }

  setDefaults(defaults: Limits): void {
    this.#defaults = defaults;
    this.#resolved.clear();
  }

  setOfAccount(accountId: AccountId, overrides: LimitOverrides): void {
    put(this.#ofAccounts, accountId, overrides);
    this.#resolved.clear();
  }

  setOfKey(keyUid: KeyUid, overrides: LimitOverrides): void {
    put(this.#ofKeys, keyUid, overrides);
    this.#resolved.delete(keyUid);
  }

  forgetKey(keyUid: KeyUid): void {
    this.#ofKeys.delete(keyUid);
    this.#resolved.delete(keyUid);
  }

  /** The limits of a live key of this account. */
  find(keyUid: KeyUid, accountId: AccountId): KeyLimits {
    const known = this.#resolved.get(keyUid);
    if (known !== undefined) {
      return known;
    }
    const ofAccount = this.#ofAccounts.get(accountId) ?? NO_OVERRIDES;
    const limits = resolveLimits(this.#defaults, ofAccount, this.#ofKeys.get(keyUid) ?? NO_OVERRIDES);
    const resolved = { limits, quotaMaxes: this.#quotaMaxesOf(limits) };
    this.#resolved.set(keyUid, resolved);
    return resolved;
  }

  /** In the order of `QUOTA_SCOPES`. */
  #quotaMaxesOf(limits: Limits): QuotaMaxes {
    return [
      limits.allocationsPerCredential,
      limits.allocationsPerCustomIdentifier,
      limits.allocationsPerKey,
      limits.allocationsPerAccount,
      this.#allocationsPerClientAddressMax,
    ].map((max) => (max === 0 ? Number.POSITIVE_INFINITY : max));
  }
}

function put<Id>(overrides: Map<Id, LimitOverrides>, id: Id, given: LimitOverrides): void {
  if (Object.keys(given).length === 0) {
    overrides.delete(id);
  } else {
    overrides.set(id, given);
  }
}

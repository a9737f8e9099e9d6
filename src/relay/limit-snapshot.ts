import type { UnixMs } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import type { KeyUid } from '../contract/ids.ts';
import { nameLimitHolder } from '../contract/limit-holder.ts';

export type LimitChange = Extract<Change, { kind: 'account-limits' | 'key-limits' | 'egress-blocked' }>;

/** The part of a `ChangeSnapshot` that is about limits: the last word on each account and each key that has one. */
export class LimitSnapshot {
  readonly #overrides = new Map<string, LimitChange>();
  readonly #blocks = new Map<string, Extract<LimitChange, { kind: 'egress-blocked' }>>();

  apply(change: LimitChange): void {
    if (change.kind === 'egress-blocked') {
      this.#blocks.set(nameLimitHolder(change.holder), change);
      return;
    }
    const name = nameLimitHolder(
      change.kind === 'key-limits'
        ? { kind: 'key', keyUid: change.keyUid }
        : { kind: 'account', accountId: change.accountId },
    );
    if (Object.keys(change.limits).length === 0) {
      this.#overrides.delete(name);
    } else {
      this.#overrides.set(name, change);
    }
  }

  forgetKey(keyUid: KeyUid): void {
    const name = nameLimitHolder({ kind: 'key', keyUid });
    this.#overrides.delete(name);
    this.#blocks.delete(name);
  }

  collect(): LimitChange[] {
    return [...this.#overrides.values(), ...this.#blocks.values()];
  }

  /** Forgets what is blocked no more at `now`. */
  forgetExpired(now: UnixMs): void {
    for (const [name, { until }] of this.#blocks) {
      if (until <= now) {
        this.#blocks.delete(name);
      }
    }
  }
}

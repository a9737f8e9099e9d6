import type { UnixMs } from '../base/clock.ts';
import type { AccountId, ClientTransport, KeyUid, Username } from './ids.ts';
import type { TrafficTotals } from './traffic-totals.ts';

/** What a relay may tell as it happens, to those who want it: see `docs/operating/webhooks.md`. */
export type RelayNotice = AllocationStarted | AllocationEnded | LimitReached;

export type RelayNoticeKind = RelayNotice['kind'];

/** Whose allocation it is. The client's address is not among it: it is a person's, and the application knows the username. */
export interface NoticeSubject {
  readonly accountId: AccountId;
  readonly keyUid: KeyUid;
  /** Empty when the credential has none. */
  readonly customIdentifier: string;
  readonly username: Username;
  readonly transport: ClientTransport;
}

export interface AllocationStarted extends NoticeSubject {
  readonly kind: 'allocation-started';
  readonly at: UnixMs;
}

export interface AllocationEnded extends NoticeSubject {
  readonly kind: 'allocation-ended';
  readonly at: UnixMs;
  /** Why: the suffix of the counter `allocations_ended_…`. */
  readonly reason: string;
  readonly durationMs: number;
  /** Over its whole life, as usage counts. */
  readonly totals: TrafficTotals;
}

/** Told once a second at most for each limit and key, of the one who met it first. */
export interface LimitReached extends NoticeSubject {
  readonly kind: 'limit-reached';
  readonly at: UnixMs;
  /** The name of the counter that counts it, such as `limit_reached_credential_quota`. */
  readonly limit: string;
}

import type { Instant, UnixMs } from '../base/clock.ts';
import type { NoticeSubject, RelayNotice } from '../contract/relay-notice.ts';
import type { Allocation } from './allocation.ts';
import { type AllocationEnd, COUNTER_NAMES } from './counter.ts';
import type { ServerState } from './server-state.ts';

/** Whose limit it is. */
export type LimitSubject = Pick<Allocation, 'user' | 'accountId' | 'socket'>;

const REASON_AT = 'allocations_ended_'.length;

/** Has the shell tell something. Whoever makes a notice asks `state.notices.wants` first. */
export function pushNotice(state: ServerState, notice: RelayNotice): void {
  state.notices.push(notice);
}

/** Tells of an allocation that lives from now on. */
export function noticeAllocationStarted(state: ServerState, allocation: number, now: Instant): void {
  if (state.notices.wants('allocation-started')) {
    const subject = subjectOf(state.allocations.recordOf(allocation));
    pushNotice(state, { kind: 'allocation-started', at: momentOf(state, now), ...subject });
  }
}

/** Tells of a live allocation that is about to end. */
export function noticeAllocationEnded(state: ServerState, allocation: number, end: AllocationEnd, now: Instant): void {
  if (state.notices.wants('allocation-ended')) {
    pushNotice(state, {
      kind: 'allocation-ended',
      at: momentOf(state, now),
      ...subjectOf(state.allocations.recordOf(allocation)),
      reason: end.slice(REASON_AT),
      durationMs: Math.floor(now) - Math.floor(state.allocations.startedAt(allocation)),
      totals: state.meter.totalsOf(allocation, now),
    });
  }
}

/** Tells that whose request or packet it is has met a limit; `limit` is the place of its counter. Costs nothing unless it is wanted. */
export function noticeLimitReached(state: ServerState, subject: LimitSubject, limit: number, now: Instant): void {
  if (state.notices.wants('limit-reached') && state.toldLimits.mayTell(subject.user.claims.keyUid, limit, now)) {
    const name = COUNTER_NAMES[limit] as string;
    pushNotice(state, { kind: 'limit-reached', at: momentOf(state, now), ...subjectOf(subject), limit: name });
  }
}

function subjectOf({ user, accountId, socket }: LimitSubject): NoticeSubject {
  const { username, claims } = user;
  return {
    accountId,
    keyUid: claims.keyUid,
    customIdentifier: claims.customIdentifier,
    username,
    transport: socket.transport,
  };
}

function momentOf(state: ServerState, now: Instant): UnixMs {
  return Math.floor(state.unixNow(now)) as UnixMs;
}

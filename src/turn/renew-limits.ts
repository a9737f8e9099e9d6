import type { Instant } from '../base/clock.ts';
import type { ServerState } from './server-state.ts';

/** Has a live allocation keep to the limits that hold for its key now. What it took of them before stays taken. */
export function renewLimits(state: ServerState, allocation: number, now: Instant): void {
  const { user, accountId } = state.allocations.recordOf(allocation);
  const { limits } = state.limits.find(user.claims.keyUid, accountId);
  state.limiter.replaceLimits(allocation, limits, now);
}
